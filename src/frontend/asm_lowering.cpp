// Inline assembly: one statement from its first instruction to its outputs.
#include "frontend/asm_lowering.hpp"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <array>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

AsmStatement::AsmStatement(FunctionLowering& function, const llvm::CallBase& call)
    : function_(function), call_(call), out_(function.emitter()), word_(function.module().pointer_bits()) {
  const auto& assembly = llvm::cast<llvm::InlineAsm>(*call.getCalledOperand());
  instructions_ = parse_assembly(assembly.getAsmString());
}

void AsmStatement::lower(const AsmInstruction& instruction) {
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

void AsmStatement::run() {
  const auto& assembly = llvm::cast<llvm::InlineAsm>(*call_.getCalledOperand());
  if (assembly.getDialect() == llvm::InlineAsm::AD_Intel) return out_.unsupported("inline assembly in Intel syntax");
  find_jumps();
  if (!bind_operands()) return;
  find_wanted_flags();
  if (jumping_) fix_registers();
  for (at_ = 0; at_ < instructions_.size(); ++at_) {
    if (jumping_) out_.bind(starts_[at_]);
    if (skip_next_) {
      skip_next_ = false;
      continue;
    }
    if (!out_.stopped()) lower(instructions_[at_]);
  }
  if (jumping_) out_.bind(starts_.back());
  if (in_table_) return out_.unsupported("inline assembly that ends in another section");
  if (!pushed_.empty()) return out_.unsupported("inline assembly that leaves the stack pointer changed");
  write_outputs();
  if (const auto* jump = llvm::dyn_cast<llvm::CallBrInst>(&call_)) {
    out_.jump(function_.edge(*call_.getParent(), *jump->getDefaultDest()));
    finish_jumps_out();
  }
}

void lower_assembly(FunctionLowering& function, const llvm::CallBase& call) { AsmStatement(function, call).run(); }

}  // namespace shootdown::frontend
