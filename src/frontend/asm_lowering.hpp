// Inline assembly, as one call of it in LLVM's IR.
#pragma once

namespace llvm {
class CallBase;
}

namespace shootdown::frontend {

class FunctionLowering;

void lower_assembly(FunctionLowering& function, const llvm::CallBase& call);

}  // namespace shootdown::frontend
