// Inline assembly: which table a statement is looked up in, and what x86's knows of operands.
#include "frontend/asm_lowering.hpp"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <array>

#include "frontend/arm/statement.hpp"
#include "frontend/arm64/statement.hpp"
#include "frontend/asm_statement.hpp"
#include "frontend/s390/statement.hpp"

namespace shootdown::frontend {
namespace {

bool has_code(const std::vector<std::string>& codes, std::string_view one_of) {
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code.size() == 1 && one_of.find(code[0]) != std::string_view::npos;
  });
}

}  // namespace

AsmStatement::AsmStatement(FunctionLowering& function, const llvm::CallBase& call) : AsmBase(function, call) {
  const auto& assembly = llvm::cast<llvm::InlineAsm>(*call.getCalledOperand());
  instructions_ = parse_assembly(assembly.getAsmString());
}

std::optional<unsigned> AsmStatement::register_number(std::string_view name) const {
  const auto reg = parse_register(name);
  if (!reg || reg->kind != RegisterName::Kind::General) return std::nullopt;
  return reg->number;
}

bool AsmStatement::may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const {
  return has_code(codes, "inesgXZ") || (has_code(codes, "I") && value < 32) || (has_code(codes, "J") && value < 64) ||
         (has_code(codes, "K") && value < 128) || (has_code(codes, "N") && value < 256);
}

bool AsmStatement::is_memory_constraint(const std::vector<std::string>& codes) const {
  return has_code(codes, "moVgX");
}

unsigned AsmStatement::flags_wanted() const {
  unsigned flags = 0;
  for (const AsmInstruction& instruction : instructions_) flags |= flags_read(instruction);
  for (const Bound& bound : bound_)
    if (bound.kind == Bound::Kind::Flag) flags |= condition_flags(bound.condition);
  return flags;
}

void AsmStatement::mention_registers() {
  const auto general = [&](const RegisterName& name) {
    if (name.kind == RegisterName::Kind::General) mention(name.number);
  };
  for (const AsmInstruction& instruction : instructions_) {
    if (instruction.mnemonic.starts_with("cmpxchg")) mention(0);
    for (const AsmArgument& argument : instruction.arguments) {
      if (argument.kind == AsmArgument::Kind::Register) general(argument.reg);
      if (argument.base.name) general(*argument.base.name);
      if (argument.index.name) general(*argument.index.name);
    }
  }
}

void AsmStatement::lower(std::size_t index) {
  const AsmInstruction& instruction = instructions_[index];
  if (skip_next_) {
    skip_next_ = false;
    return;
  }
  if (instruction.mnemonic.empty()) return;
  if (in_table_) {
    constexpr std::array<std::string_view, 7> kElsewhere{".pushsection", ".section", ".subsection", ".text",
                                                         ".data",        ".bss",     ".org"};
    if (std::find(kElsewhere.begin(), kElsewhere.end(), instruction.mnemonic) != kElsewhere.end())
      return problem(instruction, "a section within a section");
    in_table_ = instruction.mnemonic != ".popsection" && instruction.mnemonic != ".previous";
    return;
  }
  if (instruction.unknown_modifier) return problem(instruction, "an operand modifier that is not modelled");
  const auto meaning = find_meaning(instruction);
  if (!meaning) return problem(instruction);
  (this->*meaning->handler)(instruction, meaning->width, meaning->which);
}

void AsmStatement::finish() {
  if (in_table_) out_.unsupported("inline assembly that ends in another section");
  if (!pushed_.empty()) out_.unsupported("inline assembly that leaves the stack pointer changed");
}

void lower_assembly(FunctionLowering& function, const llvm::CallBase& call) {
  switch (function.module().target()) {
    case Target::X86_64:
    case Target::I386: return AsmStatement(function, call).run();
    case Target::Arm64: return Arm64Statement(function, call).run();
    case Target::S390x: return S390Statement(function, call).run();
    case Target::Armv5: return ArmStatement(function, call).run();
  }
}

}  // namespace shootdown::frontend
