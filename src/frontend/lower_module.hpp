// From an LLVM module to a Program: what is reached gets a place, then each function is lowered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <llvm/ADT/DenseMap.h>

#include "base/result.hpp"
#include "frontend/compile.hpp"
#include "frontend/constants.hpp"
#include "frontend/emitter.hpp"
#include "frontend/locations.hpp"

namespace llvm {
class Function;
class GlobalVariable;
class Module;
}  // namespace llvm

namespace shootdown::frontend {

struct Reached;

class ModuleLowering {
 public:
  ModuleLowering(llvm::Module& module, const CompileRequest& request);

  Result<Compiled> run();

  // For the lowering of functions.
  [[nodiscard]] const llvm::Module& module() const { return module_; }
  [[nodiscard]] const llvm::DataLayout& layout() const;
  [[nodiscard]] Target target() const { return target_; }
  [[nodiscard]] unsigned pointer_bits() const { return compiled_.program.pointer_bits; }
  // The code asks for NMIs, by whatever way: one may come between STI and HLT, which are then two operations.
  [[nodiscard]] bool has_nmis() const;
  [[nodiscard]] const ConstantValues& values() const { return values_; }
  [[nodiscard]] LocationTable& locations() { return locations_; }
  [[nodiscard]] TextTable& texts() { return texts_; }
  // Place in Program::functions; nothing for intrinsics and operations that are only called.
  [[nodiscard]] std::optional<std::uint32_t> function_index(const llvm::Function& function) const;
  void warn(std::uint32_t location, const std::string& text);
  // The first error is the one that run() returns.
  void fail(ErrorKind kind, std::uint32_t location, const std::string& message);

 private:
  [[nodiscard]] const llvm::Function* entry() const;
  void read_constructors(std::vector<const llvm::Function*>& constructors);
  void place_functions(const Reached& reached);
  void place_globals(const Reached& reached);
  void fill_globals(const Reached& reached);
  void read_circumstances(const Reached& reached);
  void lower_functions(const Reached& reached);

  llvm::Module& module_;
  const CompileRequest& request_;
  Target target_;
  Compiled compiled_;
  ConstantValues values_;
  LocationTable locations_;
  TextTable texts_;
  llvm::DenseMap<const llvm::Function*, std::uint32_t> functions_;
  std::optional<Error> error_;
};

}  // namespace shootdown::frontend
