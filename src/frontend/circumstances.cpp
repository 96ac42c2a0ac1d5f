// sd_circumstance: records of a name and a function, in a section of their own.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Module.h>

#include "frontend/lower_module.hpp"
#include "frontend/reached.hpp"

namespace shootdown::frontend {
namespace {

// The string literal that `constant` points to; empty if it is none.
std::string literal(const llvm::Constant* constant) {
  if (constant == nullptr) return {};
  const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(constant->stripPointerCasts());
  if (variable == nullptr || !variable->hasInitializer()) return {};
  const auto* text = llvm::dyn_cast<llvm::ConstantDataSequential>(variable->getInitializer());
  return text != nullptr && text->isCString() ? text->getAsCString().str() : std::string();
}

}  // namespace

void ModuleLowering::read_circumstances(const Reached& reached) {
  for (const llvm::GlobalVariable* variable : reached.variables) {
    if (variable->getSection() != "sd_circumstance") continue;
    const llvm::Constant& record = *variable->getInitializer();
    const llvm::Constant* holds = record.getAggregateElement(1U);
    const auto* function = holds == nullptr ? nullptr : llvm::dyn_cast<llvm::Function>(holds->stripPointerCasts());
    const std::string name = literal(record.getAggregateElement(0U));
    if (name.empty() || function == nullptr || function->isDeclaration()) {
      fail(ErrorKind::Compile, locations_.of(*variable),
           "sd_circumstance needs a string literal and a function of this file");
      return;
    }
    compiled_.program.circumstances.push_back({name, functions_[function]});
  }
}

}  // namespace shootdown::frontend
