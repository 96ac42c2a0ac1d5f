// Inline assembly: moves, address computation, the stack, string instructions.
#include <algorithm>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

void AsmStatement::move(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  if (control_register_move(instruction, suffix)) return;
  if (!check(instruction, 2, width)) return;
  const AsmArgument& to = instruction.arguments[1];
  const auto from = value(instruction.arguments[0], width);
  if (!from) return problem(instruction);
  if (is_memory(to)) {
    if (is_memory(instruction.arguments[0])) return problem(instruction, "this processor has no such instruction");
    const auto target = address(to);
    if (!target) return problem(instruction);
    return out_.store(target->operand, *from, width, static_cast<std::uint8_t>(target->flags | program::kVolatile));
  }
  const auto target = view(to);
  if (!target) return problem(instruction);
  write({target->place, width, target->high}, *from);
}

// MOVZX, MOVSX: WHICH is the width of the source, plus 128 for sign extension.
void AsmStatement::extend(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width)) return;
  unsigned from = which & 127;
  if (from == 0) from = register_width(instruction.arguments[0]);
  const auto target = view(instruction.arguments[1]);
  if (from == 0 || from >= width || !target) return problem(instruction);
  // Of a register, the low part; the address decides by itself.
  const auto source = is_memory(instruction.arguments[0]) ? std::nullopt : view(instruction.arguments[0]);
  const auto narrow = source ? std::optional(read_as(*source, from)) : value(instruction.arguments[0], from);
  if (!narrow) return problem(instruction);
  write({target->place, width, false},
        out_.convert((which & 128) != 0 ? Opcode::SExt : Opcode::ZExt, from, width, *narrow));
}

void AsmStatement::load_address(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width)) return;
  const auto target = view(instruction.arguments[1]);
  if (!target || !is_memory(instruction.arguments[0])) return problem(instruction);
  const auto from = address(instruction.arguments[0]);
  if (!from) return problem(instruction);
  write({target->place, width, false}, out_.convert(Opcode::Trunc, word(), width, from->operand));
}

// The statement's pushes and pops must balance, so the stack they use is known here: values are handed from the one to
// the other without touching memory.
void AsmStatement::push(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = suffix == 0 ? word() : suffix;
  if (!check(instruction, 1, width)) return;
  if (width != word() || jumping_) return problem(instruction);
  const auto content = value(instruction.arguments[0], width);
  if (!content) return problem(instruction);
  pushed_.emplace_back(*content, false);
}

void AsmStatement::pop(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  const unsigned width = suffix == 0 ? word() : suffix;
  if (!check(instruction, 1, width)) return;
  if (width != word() || pushed_.empty()) return problem(instruction);
  const Operand content = pushed_.back().first;
  pushed_.pop_back();
  const AsmArgument& to = instruction.arguments[0];
  if (is_memory(to)) {
    const auto target = address(to);
    if (!target) return problem(instruction);
    return out_.store(target->operand, content, width, static_cast<std::uint8_t>(target->flags | program::kVolatile));
  }
  const auto target = view(to);
  if (!target) return problem(instruction);
  write({target->place, width, false}, content);
}

void AsmStatement::push_flags(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  if (!check(instruction, 0, word())) return;
  if ((suffix != 0 && suffix != word()) || jumping_) return problem(instruction);
  pushed_.emplace_back(out_.operate(machine::Operation::X86PushF, {}), true);
}

void AsmStatement::pop_flags(const AsmInstruction& instruction, unsigned suffix, unsigned) {
  if (!check(instruction, 0, word())) return;
  if ((suffix != 0 && suffix != word()) || pushed_.empty()) return problem(instruction);
  const Operand content = pushed_.back().first;
  pushed_.pop_back();
  out_.operate(machine::Operation::X86PopF, {content});
  // Its arithmetic flags are not modelled: whoever reads them before they are set again is not understood.
  flags_.fill(std::nullopt);
}

// REP MOVS and REP STOS, with the direction flag clear, element by element: an interrupt may come between any two (SDM
// 2, REP). WHICH: 0 MOVS, 1 STOS.
void AsmStatement::string_operation(const AsmInstruction& instruction, unsigned width, unsigned which) {
  constexpr Place kRax{false, 0}, kRcx{false, 1}, kRsi{false, 6}, kRdi{false, 7};
  if (instruction.repeat != "rep" || !check(instruction, 0, width) || jumping_) return problem(instruction);
  const Operand to = content(kRdi);
  const Operand bytes = out_.binary(Opcode::Mul, word(), content(kRcx), out_.constant(width / 8));
  if (which == 0) {
    const Operand from = content(kRsi);
    out_.bulk(Opcode::MemCpy, to, from, bytes, 0, width);
    set_content(kRsi, out_.binary(Opcode::Add, word(), from, bytes));
  } else {
    Operand pattern = content(kRax);
    // A block is filled with one byte: a wider pattern must repeat it.
    if (width != 8) {
      if (!out_.is_constant(pattern)) return problem(instruction, "the value is not a constant");
      const std::uint64_t number = out_.constant_value(pattern) & low_mask(width);
      if (number != ((number & 0xff) * 0x0101010101010101ULL & low_mask(width)))
        return problem(instruction, "the value is not one byte repeated");
    }
    pattern = out_.convert(Opcode::Trunc, word(), 8, pattern);
    out_.bulk(Opcode::MemSet, to, pattern, bytes, 0, width);
  }
  set_content(kRdi, out_.binary(Opcode::Add, word(), to, bytes));
  set_content(kRcx, out_.constant(0));
}

}  // namespace shootdown::frontend
