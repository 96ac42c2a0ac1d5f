// Which functions and variables a run could ever use: what is referenced from the entry and the constructors.
#pragma once

#include <vector>

namespace llvm {
class BlockAddress;
class Function;
class GlobalVariable;
class Module;
}  // namespace llvm

namespace shootdown::frontend {

struct Reached {
  std::vector<const llvm::Function*> functions;        // in the module's order
  std::vector<const llvm::GlobalVariable*> variables;  // with a definition, in the module's order
  std::vector<const llvm::BlockAddress*> blocks;       // labels whose address is taken
};

Reached find_reached(const llvm::Module& module, const std::vector<const llvm::Function*>& roots);

// Functions that calls never enter: the checker's operations and, without a body, the memory functions.
bool is_operation_name(const llvm::Function& function);
bool is_memory_function(const llvm::Function& function);

}  // namespace shootdown::frontend
