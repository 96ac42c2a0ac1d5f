// Turns local variables whose address is not taken into registers.
#include "frontend/promote.hpp"

#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/PromoteMemToReg.h>

#include <vector>

namespace shootdown::frontend {

void promote_locals(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    // Promoting one variable can make another promotable (a pointer that was kept in it).
    for (;;) {
      std::vector<llvm::AllocaInst*> locals;
      for (llvm::Instruction& instruction : function.getEntryBlock())
        if (auto* local = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
            local != nullptr && llvm::isAllocaPromotable(local))
          locals.push_back(local);
      if (locals.empty()) break;
      llvm::DominatorTree dominators(function);
      llvm::PromoteMemToReg(locals, dominators);
    }
  }
}

}  // namespace shootdown::frontend
