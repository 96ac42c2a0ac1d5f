// Inline assembly: bit tests, bit scans, byte swap.
#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

// BT, BTS, BTR, BTC. WHICH: Load for BT, else the read-modify-write opcode.
//
// A register as bit offset into memory reaches beyond the operand: it is a signed offset from it in bits. An immediate
// stays within the operand (SDM 2, "BT").
void AsmStatement::bit_test(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const auto op = static_cast<Opcode>(which);
  unsigned width = width_of(instruction, suffix);
  // With memory and no suffix assemblers take 32 bits; a register operand says it better.
  if (suffix == 0 && width == 0) width = 32;
  if (!check(instruction, 2, width, op != Opcode::Load)) return;
  const AsmArgument& from = instruction.arguments[0];
  const AsmArgument& to = instruction.arguments[1];
  const auto index = value(from, width);
  if (!index || width == 8) return problem(instruction);
  const Operand within = out_.binary(Opcode::And, width, *index, out_.constant(width - 1));
  Operand mask = out_.binary(Opcode::Shl, width, out_.constant(1), within);
  if (op == Opcode::RmwAnd) mask = out_.binary(Opcode::Xor, width, mask, out_.constant(low_mask(width)));

  Operand old;
  if (is_memory(to)) {
    auto target = address(to);
    if (!target) return problem(instruction);
    if (!is_printed(from)) {
      const Operand units = out_.binary(Opcode::AShr, word(), out_.convert(Opcode::SExt, width, word(), *index),
                                        out_.constant(width == 64   ? 6
                                                      : width == 32 ? 5
                                                                    : 4));
      target->operand = out_.binary(Opcode::Add, word(), target->operand,
                                    out_.binary(Opcode::Mul, word(), units, out_.constant(width / 8)));
    }
    if (op == Opcode::Load)
      old = out_.load(target->operand, width, static_cast<std::uint8_t>(target->flags | program::kVolatile));
    else
      old =
          out_.rmw(op, target->operand, mask, width, static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags));
  } else {
    const auto target = view(to);
    if (!target) return problem(instruction);
    old = read_as(*target, width);
    if (op == Opcode::RmwOr) write({target->place, width, false}, out_.binary(Opcode::Or, width, old, mask));
    if (op == Opcode::RmwAnd) write({target->place, width, false}, out_.binary(Opcode::And, width, old, mask));
    if (op == Opcode::RmwXor) write({target->place, width, false}, out_.binary(Opcode::Xor, width, old, mask));
  }
  if (wanted(kCarry)) set_flag(kCarry, bit(out_.binary(Opcode::LShr, width, old, within), 0, width));
}

// BSF, BSR, TZCNT, LZCNT, POPCNT. WHICH in that order from 0.
void AsmStatement::bit_scan(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width)) return;
  const auto source = value(instruction.arguments[0], width);
  const auto target = view(instruction.arguments[1]);
  if (!source || !target || width == 8) return problem(instruction);
  const Operand zero = out_.binary(Opcode::CmpEq, width, *source, out_.constant(0));
  Operand result;
  switch (which) {
    case 0: result = out_.unary(Opcode::CtTz, width, *source); break;
    case 1:
      result = out_.binary(Opcode::Sub, width, out_.constant(width - 1), out_.unary(Opcode::CtLz, width, *source));
      break;
    case 2: result = out_.unary(Opcode::CtTz, width, *source); break;
    case 3: result = out_.unary(Opcode::CtLz, width, *source); break;
    default: result = out_.unary(Opcode::CtPop, width, *source); break;
  }
  if (which <= 1) {
    // Of zero, BSF and BSR leave the destination unchanged: documented by AMD, what Intel's processors do, and what
    // kernels rely on.
    result = out_.select(zero, read_as(*target, width), result);
  }
  write({target->place, width, false}, result);
  if (wanted_ == 0) return;
  if (which <= 1)
    return wanted(kZero) && !wanted(~static_cast<unsigned>(kZero)) ? set_flag(kZero, zero)
                                                                   : problem(instruction, "its flags are not modelled");
  if (which == 4) {
    for (const Flag cleared : {kCarry, kSign, kOverflow, kParity}) set_flag(cleared, out_.constant(0));
    return set_flag(kZero, zero);
  }
  if (wanted(kSign | kOverflow | kParity)) return problem(instruction, "its flags are not modelled");
  set_flag(kCarry, zero);
  if (wanted(kZero)) set_flag(kZero, out_.binary(Opcode::CmpEq, width, result, out_.constant(0)));
}

void AsmStatement::byte_swap(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 1, width)) return;
  const auto target = view(instruction.arguments[0]);
  if (!target || width < 32) return problem(instruction);
  write({target->place, width, false}, out_.unary(Opcode::ByteSwap, width, read_as(*target, width)));
}

}  // namespace shootdown::frontend
