// From one LLVM function to a program::Function: parameters, blocks, and who lowers which instruction.
#include "frontend/lower_function.hpp"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instructions.h>

#include <limits>

#include "frontend/reached.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {

FunctionLowering::FunctionLowering(ModuleLowering& module, const llvm::Function& source, program::Function& target)
    : module_(module), source_(source), target_(target), out_(target, module.texts()) {}

unsigned FunctionLowering::bits(const llvm::Value& value) const {
  return scalar_bits(*value.getType(), module_.layout());
}
unsigned FunctionLowering::slots(const llvm::Value& value) const {
  return slot_count(*value.getType(), module_.layout());
}

std::string FunctionLowering::location_text() const {
  return module_.locations().file(out_.location()) + ":" + std::to_string(module_.locations().line(out_.location()));
}

void FunctionLowering::run() {
  for (const llvm::Argument& argument : source_.args()) {
    const unsigned count = slots(argument);
    operands_[&argument] = out_.fresh(count);
    target_.parameter_slots.push_back(static_cast<std::uint16_t>(count));
    target_.parameters = static_cast<std::uint16_t>(target_.parameters + count);
  }
  target_.result_slots = static_cast<std::uint16_t>(slot_count(*source_.getReturnType(), module_.layout()));
  out_.set_location(target_.location);

  if (is_operation_name(source_)) {
    lower_body_of_operation();
  } else if (source_.isDeclaration()) {
    out_.unsupported("call of `" + target_.name + "`, which has no body");
  } else {
    target_.has_body = true;
    for (const llvm::BasicBlock* block : llvm::ReversePostOrderTraversal<const llvm::Function*>(&source_))
      lower_block(*block);
  }
  if (out_.finish()) return;
  // Liveness and states name slots by 16 bits.
  target_.code.clear();
  target_.registers = target_.parameters;
  program::Instruction& only = target_.code.emplace_back();
  only.op = Opcode::Unsupported;
  only.location = target_.location;
  only.aux = module_.texts().index("the function `" + target_.name + "`, which needs more than 65535 registers");
}

void FunctionLowering::lower_block(const llvm::BasicBlock& block) {
  out_.bind(block_label(block));
  // The slots of phis exist before any edge writes them.
  for (const llvm::PHINode& phi : block.phis())
    if (!operands_.contains(&phi)) define(phi);
  for (const llvm::Instruction& instruction : block) {
    if (llvm::isa<llvm::PHINode>(instruction)) {
      set_location(instruction);
      if (!can_carry(*instruction.getType(), module_.layout()))
        unsupported("a value of type `" + type_text(*instruction.getType()) + "`");
      continue;
    }
    set_location(instruction);
    lower_checked(instruction);
  }
  emit_edges();
}

void FunctionLowering::set_location(const llvm::Instruction& instruction) {
  // An instruction without a line of its own belongs to what came before it.
  if (const std::uint32_t location = module_.locations().of(instruction.getDebugLoc().get()); location != 0)
    out_.set_location(location);
}

Operand FunctionLowering::operand(const llvm::Value* value) {
  if (const auto at = operands_.find(value); at != operands_.end()) return at->second;
  if (const auto* constant = llvm::dyn_cast<llvm::Constant>(value)) {
    std::vector<std::uint64_t> values;
    ConstantProblem problem;
    if (module_.values().slots(*constant, values, problem))
      return values.empty() ? out_.constant(0) : out_.constants(values);
    unsupported("use of " + problem.text);
    return out_.constant(0);
  }
  // A value that a later block defines (a phi's operand on a back edge), or one of a block never reached.
  const Operand first = out_.fresh(slot_count(*value->getType(), module_.layout()));
  operands_[value] = first;
  return first;
}

Operand FunctionLowering::define(const llvm::Instruction& instruction) {
  const auto [at, added] = operands_.try_emplace(&instruction, 0);
  if (added) at->second = out_.fresh(slots(instruction));
  return at->second;
}

void FunctionLowering::alias(const llvm::Instruction& instruction, Operand operand) {
  const auto [at, added] = operands_.try_emplace(&instruction, operand);
  // Somebody already reads it from slots of its own: fill those.
  if (!added) out_.copy(at->second, operand, slots(instruction));
}

bool FunctionLowering::operands_can_be_carried(const llvm::Instruction& instruction) {
  const auto check = [&](const llvm::Type& type) {
    if (can_carry(type, module_.layout())) return true;
    unsupported("a value of type `" + type_text(type) + "` (`" + instruction.getOpcodeName() + "`)");
    return false;
  };
  if (!check(*instruction.getType())) return false;
  for (const llvm::Use& use : instruction.operands()) {
    const llvm::Type& type = *use->getType();
    if (type.isLabelTy() || type.isMetadataTy() || type.isTokenTy()) continue;
    if (!check(type)) return false;
  }
  return true;
}

void FunctionLowering::lower_checked(const llvm::Instruction& instruction) {
  if (out_.stopped()) return;
  // Intrinsics say themselves what they are, in words that mean more than a type.
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
  const bool intrinsic =
      call != nullptr && call->getCalledFunction() != nullptr && call->getCalledFunction()->isIntrinsic();
  if (!intrinsic && !operands_can_be_carried(instruction)) return;
  if (slots(instruction) > std::numeric_limits<std::uint16_t>::max()) {
    unsupported("a value of type `" + type_text(*instruction.getType()) + "`");
    return;
  }
  lower(instruction);
}

void FunctionLowering::lower(const llvm::Instruction& instruction) {
  using I = llvm::Instruction;
  if (instruction.isTerminator()) return lower_terminator(instruction);
  if (instruction.isCast()) return lower_cast(instruction);
  switch (instruction.getOpcode()) {
    case I::Add:
    case I::Sub:
    case I::Mul:
    case I::UDiv:
    case I::SDiv:
    case I::URem:
    case I::SRem:
    case I::And:
    case I::Or:
    case I::Xor:
    case I::Shl:
    case I::LShr:
    case I::AShr: return lower_binary(instruction);
    case I::ICmp: return lower_compare(instruction);
    case I::Select: return lower_select(instruction);
    case I::ExtractValue:
    case I::InsertValue: return lower_aggregate(instruction);
    case I::GetElementPtr: return lower_address(instruction);
    case I::Freeze: return alias(instruction, operand(instruction.getOperand(0)));
    case I::Alloca: return lower_alloca(llvm::cast<llvm::AllocaInst>(instruction));
    case I::Load: return lower_load(instruction);
    case I::Store: return lower_store(instruction);
    case I::AtomicRMW: return lower_rmw(llvm::cast<llvm::AtomicRMWInst>(instruction));
    case I::AtomicCmpXchg: return lower_compare_exchange(llvm::cast<llvm::AtomicCmpXchgInst>(instruction));
    case I::Fence: return lower_fence(instruction);
    case I::Call: return lower_call(llvm::cast<llvm::CallBase>(instruction));
    case I::FAdd:
    case I::FSub:
    case I::FMul:
    case I::FDiv:
    case I::FRem:
    case I::FNeg:
    case I::FCmp: return unsupported(std::string("floating-point arithmetic (`") + instruction.getOpcodeName() + "`)");
    default: return unsupported(std::string("the LLVM instruction `") + instruction.getOpcodeName() + "`");
  }
}

void lower_function(ModuleLowering& module, const llvm::Function& source, program::Function& target) {
  FunctionLowering(module, source, target).run();
}

}  // namespace shootdown::frontend
