// Control flow: branches, switches, returns, and the parallel copies that phis mean on the edges.
#include <llvm/IR/CFG.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>

#include "frontend/asm_lowering.hpp"
#include "frontend/lower_function.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {

Label FunctionLowering::block_label(const llvm::BasicBlock& block) {
  const auto [at, added] = labels_.try_emplace(&block, 0);
  if (added) at->second = out_.new_label();
  return at->second;
}

void FunctionLowering::edge_moves(const llvm::BasicBlock& from, const llvm::BasicBlock& to) {
  std::vector<Move> moves;
  for (const llvm::PHINode& phi : to.phis()) {
    const Operand destination = define(phi);
    const Operand source = operand(phi.getIncomingValueForBlock(&from));
    for (unsigned i = 0; i < slots(phi); ++i) moves.push_back({destination + i, source + i});
  }
  out_.parallel_copies(std::move(moves));
}

Label FunctionLowering::edge(const llvm::BasicBlock& from, const llvm::BasicBlock& to) {
  for (const Edge& known : edges_)
    if (known.from == &from && known.to == &to) return known.label;
  return edges_.emplace_back(Edge{out_.new_label(), &from, &to}).label;
}

Label FunctionLowering::target(const llvm::BasicBlock& from, const llvm::BasicBlock& to) {
  return to.phis().empty() ? block_label(to) : edge(from, to);
}

void FunctionLowering::emit_edges() {
  for (const Edge& pending : edges_) {
    out_.bind(pending.label);
    edge_moves(*pending.from, *pending.to);
    out_.jump(block_label(*pending.to));
  }
  edges_.clear();
}

void FunctionLowering::lower_terminator(const llvm::Instruction& instruction) {
  const llvm::BasicBlock& here = *instruction.getParent();
  switch (instruction.getOpcode()) {
    case llvm::Instruction::Ret: {
      const llvm::Value* value = llvm::cast<llvm::ReturnInst>(instruction).getReturnValue();
      if (value == nullptr) return out_.return_value(program::kNone, 0);
      const Operand result = operand(value);
      return out_.return_value(result, slots(*value));
    }
    case llvm::Instruction::Br: {
      const auto& branch = llvm::cast<llvm::BranchInst>(instruction);
      const llvm::BasicBlock& yes = *branch.getSuccessor(0);
      if (branch.isConditional() && branch.getSuccessor(1) != &yes) {
        const Operand condition = operand(branch.getCondition());
        const Label first = target(here, yes);
        return out_.branch(condition, first, target(here, *branch.getSuccessor(1)));
      }
      edge_moves(here, yes);
      return out_.jump(block_label(yes));
    }
    case llvm::Instruction::Switch: return lower_switch(instruction);
    case llvm::Instruction::IndirectBr: return lower_indirect_branch(instruction);
    case llvm::Instruction::CallBr: {
      const auto& call = llvm::cast<llvm::CallBrInst>(instruction);
      if (call.isInlineAsm()) return lower_assembly(*this, call);
      return unsupported("the LLVM instruction `callbr`");
    }
    case llvm::Instruction::Unreachable: out_.emit(Opcode::Unreachable); return;
    default: return unsupported(std::string("the LLVM instruction `") + instruction.getOpcodeName() + "`");
  }
}

void FunctionLowering::lower_switch(const llvm::Instruction& instruction) {
  const auto& choice = llvm::cast<llvm::SwitchInst>(instruction);
  const llvm::BasicBlock& here = *choice.getParent();
  const unsigned width = bits(*choice.getCondition());
  const Operand value = operand(choice.getCondition());
  const Label otherwise = target(here, *choice.getDefaultDest());
  if (width <= 64) {
    std::vector<std::pair<std::uint64_t, Label>> cases;
    for (const auto& entry : choice.cases())
      cases.emplace_back(entry.getCaseValue()->getZExtValue(), target(here, *entry.getCaseSuccessor()));
    return out_.switch_on(value, width, cases, otherwise);
  }
  // The table holds 64 bits; a wider selector is compared case by case.
  for (const auto& entry : choice.cases()) {
    const Operand number = operand(entry.getCaseValue());
    const Operand equal = out_.fresh();
    program::Instruction& i = out_.emit(Opcode::CmpEq);
    i.width = static_cast<std::uint8_t>(width);
    i.dst = equal;
    i.a = value;
    i.b = number;
    const Label next = out_.new_label();
    out_.branch(equal, target(here, *entry.getCaseSuccessor()), next);
    out_.bind(next);
  }
  out_.jump(otherwise);
}

void FunctionLowering::lower_indirect_branch(const llvm::Instruction& instruction) {
  const auto& branch = llvm::cast<llvm::IndirectBrInst>(instruction);
  const Operand address = operand(branch.getAddress());
  std::vector<std::pair<std::uint64_t, Label>> cases;
  for (const llvm::BasicBlock* block : branch.successors()) {
    const llvm::BlockAddress* label = llvm::BlockAddress::lookup(block);
    const std::uint64_t number = label == nullptr ? 0 : module_.values().address(*label);
    const bool known = std::any_of(cases.begin(), cases.end(), [&](const auto& c) { return c.first == number; });
    if (number != 0 && !known) cases.emplace_back(number, target(*branch.getParent(), *block));
  }
  const Label elsewhere = out_.new_label();
  out_.switch_on(address, module_.pointer_bits(), cases, elsewhere);
  out_.bind(elsewhere);
  unsupported("a computed goto to an address that is no label of this function");
}

}  // namespace shootdown::frontend
