// Inline assembly: the instructions that are operations of the machine.
#include <algorithm>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

using machine::Operation;

// MOV from and to CRn. True if it is one, whether or not it could be lowered.
bool AsmStatement::control_register_move(const AsmInstruction& instruction, unsigned suffix) {
  if (instruction.arguments.size() != 2) return false;
  const auto is_control = [](const AsmArgument& argument) {
    return argument.kind == AsmArgument::Kind::Register && argument.reg.kind == RegisterName::Kind::Control;
  };
  const bool from = is_control(instruction.arguments[0]);
  const bool to = is_control(instruction.arguments[1]);
  if (!from && !to) return false;
  const AsmArgument& other = instruction.arguments[from ? 1 : 0];
  const auto reg = view(other);
  if (from == to || !reg || instruction.lock) {
    problem(instruction);
    return true;
  }
  if (reg->width != word() || (suffix != 0 && suffix != word())) {
    problem(instruction,
            "control registers are read and written as " + std::to_string(word()) + " bits on this processor");
    return true;
  }
  std::optional<Operation> operation;
  switch (instruction.arguments[from ? 0 : 1].reg.number) {
    case 0: operation = from ? Operation::X86MovFromCr0 : Operation::X86MovToCr0; break;
    case 2: operation = from ? Operation::X86MovFromCr2 : Operation::X86MovToCr2; break;
    case 3: operation = from ? Operation::X86MovFromCr3 : Operation::X86MovToCr3; break;
    case 4: operation = from ? Operation::X86MovFromCr4 : Operation::X86MovToCr4; break;
    default: break;
  }
  if (!operation) {
    problem(instruction);
  } else if (from) {
    write(*reg, out_.operate(*operation, {}));
  } else {
    if (*operation != Operation::X86MovToCr2) warn_without_clobber(instruction);
    out_.operate(*operation, {read(*reg)});
  }
  return true;
}

// An operation without operands: WHICH is its number.
void AsmStatement::operation(const AsmInstruction& instruction, unsigned, unsigned which) {
  if (!check(instruction, 0, word())) return;
  const auto operation = static_cast<Operation>(which);
  const AsmInstruction* next = at_ + 1 < instructions_.size() ? &instructions_[at_ + 1] : nullptr;
  const bool halts = operation == Operation::X86Sti && next != nullptr && next->mnemonic == "hlt" &&
                     next->labels.empty() && !function_.module().has_nmis();
  if (halts) {
    skip_next_ = true;
    out_.operate(Operation::X86StiHlt, {});
    return;
  }
  out_.operate(operation, {});
}

// INT n and INT3. WHICH: the vector, 256 if it is an operand.
void AsmStatement::interrupt(const AsmInstruction& instruction, unsigned, unsigned which) {
  if (!check(instruction, which == 256 ? 1 : 0, word())) return;
  const auto vector = which == 256 ? immediate(instruction.arguments[0]) : std::optional<std::uint64_t>(which);
  if (!vector || *vector > 255) return problem(instruction);
  out_.operate(Operation::X86Int, {out_.constant(*vector)});
}

void AsmStatement::invalidate_page(const AsmInstruction& instruction, unsigned, unsigned) {
  if (!check(instruction, 1, word())) return;
  const auto target = is_memory(instruction.arguments[0]) ? address(instruction.arguments[0]) : std::nullopt;
  if (!target || target->flags != 0) return problem(instruction);
  warn_without_clobber(instruction);
  out_.operate(Operation::X86Invlpg, {target->operand});
}

// INVPCID: the descriptor in memory holds the PCID in its first eight bytes and the address in its second.
void AsmStatement::invalidate_context(const AsmInstruction& instruction, unsigned, unsigned) {
  if (!check(instruction, 2, word())) return;
  const auto descriptor = is_memory(instruction.arguments[0]) ? address(instruction.arguments[0]) : std::nullopt;
  const auto reg = view(instruction.arguments[1]);
  if (!descriptor || !reg) return problem(instruction);
  warn_without_clobber(instruction);
  const Operand type = read_as(*reg, word());
  const auto flags = static_cast<std::uint8_t>(descriptor->flags | program::kVolatile);
  const Operand pcid = out_.load(descriptor->operand, 64, flags);
  const Operand linear = out_.load(out_.offset(descriptor->operand, 8, word()), 64, flags);
  out_.operate(Operation::X86Invpcid, {type, pcid, linear});
}

// INVLPGB: its operands are RAX, ECX and EDX, whether or not they are written down.
void AsmStatement::invalidate_everywhere(const AsmInstruction& instruction, unsigned, unsigned) {
  constexpr unsigned kRax = 0, kRcx = 1, kRdx = 2;
  if (!check(instruction, 0, word())) return;
  warn_without_clobber(instruction);
  const Operand address = read({{false, kRax}, word(), false});
  const Operand count = read({{false, kRcx}, 32, false});
  const Operand identifiers = read({{false, kRdx}, 32, false});
  out_.operate(Operation::X86Invlpgb, {address, count, identifiers});
}

// What has no effect that is modelled: NOP, ENDBR, CLD, PREFETCH, alignment.
void AsmStatement::nothing(const AsmInstruction& instruction, unsigned, unsigned) {
  // `rep; nop` is PAUSE.
  if (instruction.repeat.starts_with("rep") && instruction.mnemonic == "nop") out_.operate(Operation::X86Pause, {});
  if (instruction.lock) problem(instruction);
}

// Tables beside the code that nothing executes: where LOCK prefixes stand, and what BUG() prints. Tables that change
// the code (alternatives, jump labels) or its faults (exception tables) are not skipped.
void AsmStatement::section(const AsmInstruction& instruction, unsigned, unsigned) {
  const std::string name = instruction.arguments.empty() ? "" : instruction.arguments[0].expression;
  if (name != ".smp_locks" && name != "__bug_table" && !name.starts_with(".discard") && name != ".rodata.str1.1")
    return problem(instruction);
  in_table_ = true;
}

// .byte: kernels spell out instructions that their assembler may not know.
void AsmStatement::bytes(const AsmInstruction& instruction, unsigned, unsigned) {
  std::vector<std::uint64_t> code;
  for (const AsmArgument& argument : instruction.arguments) {
    const auto number = argument.kind == AsmArgument::Kind::Bare ? evaluate(argument.expression) : std::nullopt;
    if (!number) return problem(instruction);
    code.push_back(*number & 0xff);
  }
  if (code == std::vector<std::uint64_t>{0xf3, 0x90}) {
    out_.operate(Operation::X86Pause, {});
  } else if (code == std::vector<std::uint64_t>{0x0f, 0x0b}) {
    out_.operate(Operation::X86Ud2, {});
  } else if (code == std::vector<std::uint64_t>{0x0f, 0x01, 0xfe}) {
    AsmInstruction spelled = instruction;
    spelled.arguments.clear();
    invalidate_everywhere(spelled, 0, 0);
  } else if (code == std::vector<std::uint64_t>{0x0f, 0x01, 0xff}) {
    out_.operate(Operation::X86Tlbsync, {});
  } else if (code == std::vector<std::uint64_t>{0x90}) {
    return;
  } else if (code.size() == 5 && code[0] == 0x66 && code[1] == 0x0f && code[2] == 0x38 && code[3] == 0x82 &&
             (code[4] >> 6) == 0 && (code[4] & 7) != 4 && (code[4] & 7) != 5) {
    // INVPCID reg, (reg), its ModRM byte naming the two.
    AsmInstruction spelled = instruction;
    AsmArgument descriptor, type;
    descriptor.kind = AsmArgument::Kind::Memory;
    descriptor.base.name = RegisterName{RegisterName::Kind::General, static_cast<unsigned>(code[4] & 7), word(), false};
    type.kind = AsmArgument::Kind::Register;
    type.reg = RegisterName{RegisterName::Kind::General, static_cast<unsigned>((code[4] >> 3) & 7), word(), false};
    spelled.arguments = {descriptor, type};
    invalidate_context(spelled, 0, 0);
  } else {
    problem(instruction);
  }
}

}  // namespace shootdown::frontend
