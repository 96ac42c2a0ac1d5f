// Which functions and variables a run could ever use. The rest is not lowered: kernel headers bring many static inline
// functions along, and what nobody refers to cannot decide a verdict.
#include "frontend/reached.hpp"

#include <llvm/ADT/DenseSet.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/GlobalAlias.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

namespace shootdown::frontend {
namespace {

class Walk {
 public:
  void add(const llvm::Value* value) {
    const auto* constant = llvm::dyn_cast<llvm::Constant>(value);
    if (constant != nullptr && seen_.insert(constant).second) pending_.push_back(constant);
  }

  void run() {
    while (!pending_.empty()) {
      const llvm::Constant* constant = pending_.back();
      pending_.pop_back();
      if (const auto* function = llvm::dyn_cast<llvm::Function>(constant)) {
        for (const llvm::Instruction& instruction : llvm::instructions(*function)) add_operands(instruction);
      } else if (const auto* block = llvm::dyn_cast<llvm::BlockAddress>(constant)) {
        add(block->getFunction());
      } else {
        // Initialisers, aliasees and the parts of expressions are all operands.
        for (const llvm::Use& use : constant->operands()) add(use.get());
      }
    }
  }

  [[nodiscard]] bool reached(const llvm::Constant& constant) const { return seen_.contains(&constant); }
  [[nodiscard]] const llvm::DenseSet<const llvm::Constant*>& seen() const { return seen_; }

 private:
  void add_operands(const llvm::Instruction& instruction) {
    for (const llvm::Use& use : instruction.operands()) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (call != nullptr && call->isCallee(&use))
        if (const llvm::Function* callee = call->getCalledFunction())
          if (callee->isIntrinsic() || is_operation_name(*callee) || is_memory_function(*callee)) continue;
      add(use.get());
    }
  }

  llvm::DenseSet<const llvm::Constant*> seen_;
  std::vector<const llvm::Constant*> pending_;
};

}  // namespace

bool is_operation_name(const llvm::Function& function) {
  return function.isDeclaration() && function.getName().starts_with("__sd_");
}

bool is_memory_function(const llvm::Function& function) {
  return function.isDeclaration() &&
         (function.getName() == "memcpy" || function.getName() == "memmove" || function.getName() == "memset");
}

Reached find_reached(const llvm::Module& module, const std::vector<const llvm::Function*>& roots) {
  Walk walk;
  for (const llvm::Function* root : roots) walk.add(root);
  // A cover point is one even where nothing that is left refers to it; nothing ever refers to a circumstance.
  for (const llvm::GlobalVariable& variable : module.globals())
    if ((variable.getSection() == "sd_cover" || variable.getSection() == "sd_circumstance") &&
        variable.hasInitializer())
      walk.add(&variable);
  walk.run();

  Reached result;
  for (const llvm::Function& function : module) {
    if (!walk.reached(function)) continue;
    if (!function.isIntrinsic()) result.functions.push_back(&function);
    // In the order of the blocks, so that the numbers do not depend on pointers.
    for (const llvm::BasicBlock& block : function)
      if (block.hasAddressTaken())
        if (const llvm::BlockAddress* address = llvm::BlockAddress::lookup(&block)) result.blocks.push_back(address);
  }
  for (const llvm::GlobalVariable& variable : module.globals())
    if (walk.reached(variable) && variable.hasInitializer()) result.variables.push_back(&variable);
  return result;
}

}  // namespace shootdown::frontend
