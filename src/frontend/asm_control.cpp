// Inline assembly: jumps within the statement and out of it (asm goto), and what depends on conditions.
#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

// A jump's target: a label operand, a label of the statement, or a numeric one ("1b", "1f").
std::optional<Label> AsmStatement::jump_target(const AsmArgument& argument) {
  if (argument.indirect) return std::nullopt;
  if (argument.kind == AsmArgument::Kind::Operand) return target_operand(argument.operand.index);
  if (argument.kind != AsmArgument::Kind::Bare || argument.expression.empty()) return std::nullopt;
  return label_named(argument.expression);
}

void AsmStatement::jump(const AsmInstruction& instruction, unsigned, unsigned) {
  if (!check(instruction, 1, word())) return;
  const auto target = jump_target(instruction.arguments[0]);
  if (!target) return problem(instruction);
  out_.jump(*target);
}

void AsmStatement::jump_if(const AsmInstruction& instruction, unsigned, unsigned) {
  if (!check(instruction, 1, word())) return;
  const auto target = jump_target(instruction.arguments[0]);
  const auto holds = condition(std::string_view(instruction.mnemonic).substr(1));
  if (!target || !holds) return problem(instruction);
  out_.branch(*holds, *target, starts_[at_ + 1]);
}

void AsmStatement::set_if(const AsmInstruction& instruction, unsigned, unsigned) {
  if (!check(instruction, 1, 8)) return;
  const AsmArgument& to = instruction.arguments[0];
  const auto holds = condition(std::string_view(instruction.mnemonic).substr(3));
  if (!holds) return problem(instruction, "no instruction before it sets the flags it reads");
  if (is_memory(to)) {
    const auto target = address(to);
    if (!target) return problem(instruction);
    return out_.store(target->operand, *holds, 8, static_cast<std::uint8_t>(target->flags | program::kVolatile));
  }
  const auto target = view(to);
  if (!target) return problem(instruction);
  write({target->place, 8, target->high}, *holds);
}

// CMOVcc. WHICH is how many characters of the mnemonic are its suffix.
void AsmStatement::move_if(const AsmInstruction& instruction, unsigned suffix, unsigned which) {
  const unsigned width = width_of(instruction, suffix);
  if (!check(instruction, 2, width)) return;
  std::string_view name = std::string_view(instruction.mnemonic).substr(4);
  name.remove_suffix(which);
  const auto from = value(instruction.arguments[0], width);
  const auto target = view(instruction.arguments[1]);
  const auto holds = condition(name);
  if (!from || !target || !holds) return problem(instruction);
  write({target->place, width, false}, out_.select(*holds, *from, read_as(*target, width)));
}

}  // namespace shootdown::frontend
