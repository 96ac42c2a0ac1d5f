// Inline assembly: arithmetic and logic. With a memory destination: one read-modify-write instruction.
#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {
namespace {

std::optional<Opcode> rmw_of(Opcode op) {
  switch (op) {
    case Opcode::Add: return Opcode::RmwAdd;
    case Opcode::Sub: return Opcode::RmwSub;
    case Opcode::And: return Opcode::RmwAnd;
    case Opcode::Or: return Opcode::RmwOr;
    case Opcode::Xor: return Opcode::RmwXor;
    default: return std::nullopt;
  }
}

}  // namespace

// ADD, SUB, AND, OR, XOR, ADC, SBB: WHICH is the opcode, plus 256 for a carry.
void AsmStatement::arithmetic(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const auto op = static_cast<Opcode>(which & 255);
  const bool with_carry = (which & 256) != 0;
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width, true)) return;
  const AsmArgument& to = instruction.arguments[1];
  const auto b = value(instruction.arguments[0], width);
  if (!b) return problem(instruction);
  Operand carry = program::kNone;
  if (with_carry) {
    if (!flag(kCarry)) return problem(instruction, "no instruction before it sets the carry");
    carry = *flag(kCarry);
  }
  Operand a;
  Operand result;
  if (is_memory(to)) {
    const auto target = address(to);
    if (!target || with_carry || is_memory(instruction.arguments[0])) return problem(instruction);
    a = out_.rmw(*rmw_of(op), target->operand, *b, width,
                 static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags));
    if (wanted_ == 0) return;
    result = out_.binary(op, width, a, *b);
  } else {
    const auto target = view(to);
    if (!target) return problem(instruction);
    a = read_as(*target, width);
    result = out_.binary(op, width, a, *b);
    if (with_carry) result = out_.binary(op, width, result, carry);
    write({target->place, width, target->high}, result);
  }
  if (op == Opcode::Add) return set_add_flags(a, *b, result, width, carry);
  if (op == Opcode::Sub) return set_subtract_flags(a, *b, result, width, carry);
  set_logic_flags(result, width);
}

// CMP and TEST: WHICH is the opcode whose flags they set.
void AsmStatement::compare(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width)) return;
  const auto b = value(instruction.arguments[0], width);
  const auto a = value(instruction.arguments[1], width);
  if (!a || !b) return problem(instruction);
  const Operand result = out_.binary(static_cast<Opcode>(which), width, *a, *b);
  if (static_cast<Opcode>(which) == Opcode::Sub) return set_subtract_flags(*a, *b, result, width, program::kNone);
  set_logic_flags(result, width);
}

// INC and DEC leave the carry as it is.
void AsmStatement::increment(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const auto op = static_cast<Opcode>(which);
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 1, width, true)) return;
  const AsmArgument& to = instruction.arguments[0];
  const Operand one = out_.constant(1);
  Operand a, result;
  if (is_memory(to)) {
    const auto target = address(to);
    if (!target) return problem(instruction);
    a = out_.rmw(*rmw_of(op), target->operand, one, width,
                 static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags));
    if (wanted_ == 0) return;
    result = out_.binary(op, width, a, one);
  } else {
    const auto target = view(to);
    if (!target) return problem(instruction);
    a = read_as(*target, width);
    result = out_.binary(op, width, a, one);
    write({target->place, width, target->high}, result);
  }
  const unsigned all = wanted_;
  wanted_ &= ~static_cast<unsigned>(kCarry);
  if (op == Opcode::Add)
    set_add_flags(a, one, result, width, program::kNone);
  else
    set_subtract_flags(a, one, result, width, program::kNone);
  wanted_ = all;
}

// NEG and NOT: WHICH 0 is NOT, 1 is NEG.
void AsmStatement::complement(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 1, width, true)) return;
  const AsmArgument& to = instruction.arguments[0];
  const Operand ones = out_.constant(low_mask(width));
  if (is_memory(to)) {
    const auto target = address(to);
    if (!target || which == 1) return problem(instruction);
    out_.rmw(Opcode::RmwXor, target->operand, ones, width,
             static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags));
    return;
  }
  const auto target = view(to);
  if (!target) return problem(instruction);
  const Operand a = read_as(*target, width);
  const Operand zero = out_.constant(0);
  const Operand result =
      which == 0 ? out_.binary(Opcode::Xor, width, a, ones) : out_.binary(Opcode::Sub, width, zero, a);
  write({target->place, width, target->high}, result);
  if (which == 1) set_subtract_flags(zero, a, result, width, program::kNone);
}

// SHL, SHR, SAR, ROL, ROR of a register.
void AsmStatement::shift(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const auto op = static_cast<Opcode>(which);
  const unsigned width = width_of(instruction, suffix);
  const bool by_one = instruction.arguments.size() == 1;
  if (!check(instruction, by_one ? 1 : 2, width)) return;
  const auto target = view(instruction.arguments.back());
  const auto count = by_one ? std::optional(out_.constant(1)) : value(instruction.arguments[0], 8);
  if (!target || !count) return problem(instruction);
  const Operand masked = out_.binary(Opcode::And, width, *count, out_.constant(width == 64 ? 63 : 31));
  const bool known =
      out_.is_constant(masked) && out_.constant_value(masked) != 0 && out_.constant_value(masked) <= width;
  const Operand a = read_as(*target, width);
  if (op == Opcode::FShl || op == Opcode::FShr) {
    if (wanted(kCarry | kOverflow)) return problem(instruction, "its flags are not modelled");
    const Operand result = out_.fresh();
    program::Instruction& i = out_.emit(op);
    i.width = static_cast<std::uint8_t>(width);
    i.dst = result;
    i.a = a;
    i.b = a;
    i.c = masked;
    return write({target->place, width, target->high}, result);
  }
  const Operand result = out_.binary(op, width, a, masked);
  write({target->place, width, target->high}, result);
  if (wanted_ == 0) return;
  if (!known || wanted(kOverflow)) return problem(instruction, "its flags are not modelled");
  set_result_flags(result, width);
  const auto by = static_cast<unsigned>(out_.constant_value(masked));
  set_flag(kCarry, bit(a, op == Opcode::Shl ? width - by : by - 1, width));
}

// IMUL with two or three operands.
void AsmStatement::multiply(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  const std::size_t count = instruction.arguments.size();
  if (!check(instruction, count == 3 ? 3 : 2, width)) return;
  const auto target = view(instruction.arguments.back());
  const auto a = value(instruction.arguments[0], width);
  const auto b = value(instruction.arguments[1], width);
  if (!target || !a || !b) return problem(instruction);
  if (wanted(kZero | kSign | kParity)) return problem(instruction, "its flags are not modelled");
  const Operand product = out_.fresh(2);  // and whether it overflowed
  program::Instruction& i = out_.emit(Opcode::SMulOv);
  i.width = static_cast<std::uint8_t>(width);
  i.dst = product;
  i.a = *a;
  i.b = *b;
  write({target->place, width, false}, product);
  set_flag(kCarry, product + 1);
  set_flag(kOverflow, product + 1);
}

}  // namespace shootdown::frontend
