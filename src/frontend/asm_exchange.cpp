// Inline assembly: XCHG, XADD, CMPXCHG. XCHG with memory is always locked; the others only with LOCK.
#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

void AsmStatement::exchange(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width, true)) return;
  // The two change places, so either may be the memory operand.
  const bool first = is_memory(instruction.arguments[0]);
  const AsmArgument& other = instruction.arguments[first ? 0 : 1];
  const auto reg = view(instruction.arguments[first ? 1 : 0]);
  if (!reg) return problem(instruction);
  const Operand mine = read_as(*reg, width);
  if (is_memory(other)) {
    const auto target = address(other);
    if (!target) return problem(instruction);
    const auto flags =
        program::kAtomic | program::kAcquire | program::kRelease | program::kSeqCst | program::kLocked | target->flags;
    return write({reg->place, width, reg->high},
                 out_.rmw(Opcode::RmwXchg, target->operand, mine, width, static_cast<std::uint8_t>(flags)));
  }
  const auto second = view(other);
  if (!second) return problem(instruction);
  const Operand theirs = read_as(*second, width);
  write({reg->place, width, reg->high}, theirs);
  write({second->place, width, second->high}, mine);
}

void AsmStatement::exchange_add(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width, true)) return;
  const auto reg = view(instruction.arguments[0]);
  const AsmArgument& to = instruction.arguments[1];
  if (!reg || !is_memory(to)) return problem(instruction);
  const auto target = address(to);
  if (!target) return problem(instruction);
  const Operand added = read_as(*reg, width);
  const Operand old = out_.rmw(Opcode::RmwAdd, target->operand, added, width,
                               static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags));
  write({reg->place, width, reg->high}, old);
  if (wanted_ != 0) set_add_flags(old, added, out_.binary(Opcode::Add, width, old, added), width, program::kNone);
}

void AsmStatement::compare_exchange(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  constexpr Place kRax{false, 0};
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width, true)) return;
  const auto reg = view(instruction.arguments[0]);
  if (!reg || !is_memory(instruction.arguments[1])) return problem(instruction);
  const auto target = address(instruction.arguments[1]);
  if (!target) return problem(instruction);
  const View rax{kRax, width, false};
  const Operand before = read({kRax, word(), false});
  const Operand expected = read(rax);
  const Operand desired = read_as(*reg, width);
  const Operand old = out_.fresh(2);
  program::Instruction& i = out_.emit(Opcode::CmpXchg);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags);
  i.dst = old;
  i.a = target->operand;
  i.b = expected;
  i.c = desired;
  if (wanted_ != 0) {
    set_subtract_flags(expected, old, out_.binary(Opcode::Sub, width, expected, old), width, program::kNone);
    set_flag(kZero, old + 1);
  }
  // When it stored, the accumulator is not written: of a 64-bit register even the upper half stays.
  if (width == 32 && word() == 64) {
    set_content(kRax, out_.select(old + 1, before, old));
  } else {
    write(rax, old);
  }
}

// CMPXCHG8B and CMPXCHG16B: rdx:rax is expected, rcx:rbx desired. WHICH is the width of the whole.
void AsmStatement::compare_exchange_pair(const AsmInstruction& instruction, unsigned, unsigned which) {
  constexpr Place kRax{false, 0}, kRcx{false, 1}, kRdx{false, 2}, kRbx{false, 3};
  const unsigned half = which / 2;
  if (!check(instruction, 1, half, true)) return;
  if (!is_memory(instruction.arguments[0])) return problem(instruction);
  const auto target = address(instruction.arguments[0]);
  if (!target) return problem(instruction);
  const auto pair = [&](Place low, Place high) {
    const Operand a = read({low, half, false});
    const Operand b = read({high, half, false});
    if (which == 64) return out_.binary(Opcode::Or, 64, a, out_.binary(Opcode::Shl, 64, b, out_.constant(32)));
    const Operand whole = out_.fresh(2);
    out_.copy(whole, a);
    out_.copy(whole + 1, b);
    return whole;
  };
  const Operand expected = pair(kRax, kRdx);
  const Operand desired = pair(kRbx, kRcx);
  const unsigned slots = which / 64;
  const Operand old = out_.fresh(slots + 1);
  program::Instruction& i = out_.emit(Opcode::CmpXchg);
  i.width = static_cast<std::uint8_t>(which);
  i.flags = static_cast<std::uint8_t>(rmw_flags(instruction) | target->flags);
  i.dst = old;
  i.a = target->operand;
  i.b = expected;
  i.c = desired;
  write({kRax, half, false}, which == 64 ? out_.convert(Opcode::Trunc, 64, 32, old) : old);
  write({kRdx, half, false}, which == 64 ? out_.binary(Opcode::LShr, 64, old, out_.constant(32)) : old + 1);
  set_flag(kZero, old + slots);
}

}  // namespace shootdown::frontend
