// From an LLVM module to a Program: entry, constructors, functions and their order.
#include "frontend/lower_module.hpp"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Module.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <map>

#include "frontend/lower_function.hpp"
#include "frontend/reached.hpp"

namespace shootdown::frontend {

namespace {

// The processor that the module is for, whatever was asked for.
Target target_of(const llvm::Module& module) {
  const llvm::Triple triple(module.getTargetTriple());
  if (triple.isAArch64()) return Target::Arm64;
  if (triple.isSystemZ()) return Target::S390x;
  if (triple.isARM()) return Target::Armv5;
  return module.getDataLayout().getPointerSizeInBits() == 32 ? Target::I386 : Target::X86_64;
}

}  // namespace

ModuleLowering::ModuleLowering(llvm::Module& module, const CompileRequest& request)
    : module_(module),
      request_(request),
      target_(target_of(module)),
      values_(module.getDataLayout()),
      locations_(compiled_.program, request.source, request.include_directories),
      texts_(compiled_.program.texts) {
  compiled_.program.pointer_bits = module.getDataLayout().getPointerSizeInBits();
  compiled_.program.big_endian = module.getDataLayout().isBigEndian();
}

const llvm::DataLayout& ModuleLowering::layout() const { return module_.getDataLayout(); }

std::optional<std::uint32_t> ModuleLowering::function_index(const llvm::Function& function) const {
  const auto at = functions_.find(&function);
  if (at == functions_.end()) return std::nullopt;
  return at->second;
}

void ModuleLowering::warn(std::uint32_t location, const std::string& text) {
  std::string place = location == 0 ? request_.source.string()
                                    : locations_.file(location) + ":" + std::to_string(locations_.line(location));
  std::string line = place + ": warning: " + text;
  auto& warnings = compiled_.warnings;
  // An inlined function would say the same once a caller.
  if (std::find(warnings.begin(), warnings.end(), line) == warnings.end()) warnings.push_back(std::move(line));
}

void ModuleLowering::fail(ErrorKind kind, std::uint32_t location, const std::string& message) {
  if (error_) return;
  error_ = Error{kind, message, location == 0 ? request_.source.string() : locations_.file(location),
                 location == 0 ? 0 : locations_.line(location)};
}

const llvm::Function* ModuleLowering::entry() const {
  for (const char* name : {"sd_entry", "sd_scenario"})
    if (const llvm::Function* function = module_.getFunction(name); function != nullptr && !function->isDeclaration())
      return function;
  return nullptr;
}

bool ModuleLowering::has_nmis() const {
  return module_.getFunction("__sd_nmi") != nullptr || module_.getFunction("__sd_send_nmi") != nullptr;
}

void ModuleLowering::read_constructors(std::vector<const llvm::Function*>& constructors) {
  const llvm::GlobalVariable* table = module_.getNamedGlobal("llvm.global_ctors");
  if (table == nullptr || !table->hasInitializer()) return;
  const auto* rows = llvm::dyn_cast<llvm::ConstantArray>(table->getInitializer());
  if (rows == nullptr) return;
  std::multimap<std::uint64_t, const llvm::Function*> found;  // keeps the order among equals
  for (const llvm::Use& use : rows->operands()) {
    const auto* row = llvm::cast<llvm::Constant>(use.get());
    const auto* priority = llvm::dyn_cast_or_null<llvm::ConstantInt>(row->getAggregateElement(0U));
    const auto* function = llvm::dyn_cast_or_null<llvm::Function>(row->getAggregateElement(1U));
    if (priority != nullptr && function != nullptr) found.emplace(priority->getZExtValue(), function);
  }
  for (const auto& [priority, function] : found) constructors.push_back(function);
}

void ModuleLowering::place_functions(const Reached& reached) {
  program::Program& program = compiled_.program;
  for (const llvm::Function* function : reached.functions) {
    const auto index = static_cast<std::uint32_t>(program.functions.size());
    functions_[function] = index;
    program::Function& row = program.functions.emplace_back();
    row.symbol = function->getName().str();
    row.name = display_name(row.symbol);
    row.address = program::layout::kFunctions + 16ULL * index;
    row.location = locations_.of(*function);
    values_.place(*function, row.address);
  }
  // A label's address is only ever compared and jumped to: numbers behind the functions' serve.
  std::uint64_t label = program::layout::kFunctions + 16ULL * program.functions.size();
  for (const llvm::BlockAddress* block : reached.blocks) values_.place(*block, label += 16);
  if (label >= program::layout::kEnd) fail(ErrorKind::Unsupported, 0, "more functions than there is room for");
}

void ModuleLowering::lower_functions(const Reached& reached) {
  for (const llvm::Function* function : reached.functions)
    lower_function(*this, *function, compiled_.program.functions[functions_[function]]);
}

Result<Compiled> ModuleLowering::run() {
  const llvm::Function* start = entry();
  if (start == nullptr) return Error{ErrorKind::Compile, "the file has no SCENARIO", request_.source.string(), 0};
  std::vector<const llvm::Function*> constructors;
  read_constructors(constructors);
  std::vector<const llvm::Function*> roots = constructors;
  roots.push_back(start);
  const Reached reached = find_reached(module_, roots);

  if (!module_.getModuleInlineAsm().empty())
    warn(0, "assembly outside of functions is not modelled: what it defines counts as defined nowhere");
  place_functions(reached);
  place_globals(reached);
  if (!error_) fill_globals(reached);
  if (!error_) read_circumstances(reached);
  if (!error_) lower_functions(reached);
  if (error_) return *error_;
  compiled_.program.entry = functions_[start];
  for (const llvm::Function* constructor : constructors)
    compiled_.program.constructors.push_back(functions_[constructor]);
  return std::move(compiled_);
}

}  // namespace shootdown::frontend
