// Inline assembly: the arithmetic flags, in the senses of x86 (SDM 1, 3.4.3.1): the carry of a subtraction is its
// borrow.
#include "frontend/asm_base.hpp"

namespace shootdown::frontend {
namespace {

std::size_t index_of(Flag flag) {
  switch (flag) {
    case kCarry: return 0;
    case kZero: return 1;
    case kSign: return 2;
    case kOverflow: return 3;
    default: return 4;
  }
}

}  // namespace

void AsmBase::set_flag(Flag flag, Operand value) {
  if (!wanted(flag)) return;
  std::optional<Operand>& place = flags_[index_of(flag)];
  if (jumping_)
    out_.copy(*place, value);
  else
    place = value;
}

std::optional<Operand> AsmBase::flag(Flag flag) { return flags_[index_of(flag)]; }

Operand AsmBase::bit(Operand value, unsigned index, unsigned width) {
  if (index != 0) value = out_.binary(Opcode::LShr, width, value, out_.constant(index));
  return out_.convert(Opcode::Trunc, width, 1, value);
}

void AsmBase::set_result_flags(Operand result, unsigned width) {
  if (wanted(kZero)) set_flag(kZero, out_.binary(Opcode::CmpEq, width, result, out_.constant(0)));
  if (wanted(kSign)) set_flag(kSign, bit(result, width - 1, width));
  if (wanted(kParity)) {
    const Operand ones = out_.unary(Opcode::CtPop, 8, out_.convert(Opcode::Trunc, width, 8, result));
    set_flag(kParity, out_.binary(Opcode::Xor, 1, bit(ones, 0, 8), out_.constant(1)));
  }
}

void AsmBase::set_logic_flags(Operand result, unsigned width) {
  set_result_flags(result, width);
  set_flag(kCarry, out_.constant(0));
  set_flag(kOverflow, out_.constant(0));
}

void AsmBase::set_add_flags(Operand a, Operand b, Operand result, unsigned width, Operand carry) {
  set_result_flags(result, width);
  if (wanted(kCarry)) {
    // The sum wrapped, or it came all the way round through the carry.
    Operand out = out_.binary(Opcode::CmpUlt, width, result, a);
    if (carry != program::kNone) {
      const Operand same = out_.binary(Opcode::CmpEq, width, result, a);
      out = out_.binary(Opcode::Or, 1, out, out_.binary(Opcode::And, 1, same, carry));
    }
    set_flag(kCarry, out);
  }
  if (wanted(kOverflow)) {
    const Operand left = out_.binary(Opcode::Xor, width, a, result);
    const Operand right = out_.binary(Opcode::Xor, width, b, result);
    set_flag(kOverflow, bit(out_.binary(Opcode::And, width, left, right), width - 1, width));
  }
}

void AsmBase::set_subtract_flags(Operand a, Operand b, Operand result, unsigned width, Operand borrow) {
  set_result_flags(result, width);
  if (wanted(kCarry)) {
    Operand out = out_.binary(Opcode::CmpUlt, width, a, b);
    if (borrow != program::kNone) {
      const Operand same = out_.binary(Opcode::CmpEq, width, a, b);
      out = out_.binary(Opcode::Or, 1, out, out_.binary(Opcode::And, 1, same, borrow));
    }
    set_flag(kCarry, out);
  }
  if (wanted(kOverflow)) {
    const Operand signs = out_.binary(Opcode::Xor, width, a, b);
    const Operand change = out_.binary(Opcode::Xor, width, a, result);
    set_flag(kOverflow, bit(out_.binary(Opcode::And, width, signs, change), width - 1, width));
  }
}

}  // namespace shootdown::frontend
