// Turns local variables whose address is not taken into registers, so that -O0 code has the states of its source.
#pragma once

namespace llvm {
class Module;
}

namespace shootdown::frontend {

void promote_locals(llvm::Module& module);

}  // namespace shootdown::frontend
