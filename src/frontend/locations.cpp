// Source places: from LLVM's debug information to Program::locations.
#include "frontend/locations.hpp"

#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/GlobalVariable.h>

#include <cstdlib>

namespace shootdown::frontend {
namespace fs = std::filesystem;

namespace {

std::string function_name(const llvm::DISubprogram* subprogram) {
  if (subprogram == nullptr) return {};
  if (!subprogram->getLinkageName().empty()) return display_name(subprogram->getLinkageName().str());
  return subprogram->getName().str();
}

fs::path normal_path(const fs::path& path) {
  std::error_code code;
  fs::path result = fs::absolute(path, code);
  return (code ? path : result).lexically_normal();
}

// PATH relative to FOLDER if it lies below it, else empty.
fs::path below(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(normal_path(folder));
  return relative.empty() || *relative.begin() == ".." ? fs::path{} : relative;
}

}  // namespace

std::string display_name(const std::string& symbol) {
  // A C name may look like a mangled type: "f" is float.
  if (!symbol.starts_with("_Z")) return symbol;
  llvm::ItaniumPartialDemangler demangler;
  if (demangler.partialDemangle(symbol.c_str())) return symbol;
  std::size_t size = 0;
  char* text =
      demangler.isFunction() ? demangler.getFunctionName(nullptr, &size) : demangler.finishDemangle(nullptr, &size);
  if (text == nullptr) return symbol;
  std::string result(text);
  std::free(text);
  return result;
}

LocationTable::LocationTable(program::Program& program, fs::path source, std::vector<fs::path> include_directories)
    : program_(program), source_(std::move(source)), include_directories_(std::move(include_directories)) {
  program_.files.assign(1, "");
  program_.locations.assign(1, program::Location{});
}

std::uint32_t LocationTable::file_index(const llvm::DIFile* file) {
  if (file == nullptr) return 0;
  if (const auto at = files_.find(file); at != files_.end()) return at->second;
  fs::path path = file->getFilename().str();
  // Clang cuts what a file's path has in common with the working directory.
  if (path.is_relative()) path = fs::path(file->getDirectory().str()) / path;
  path = path.lexically_normal();

  fs::path shown = path;
  if (path == normal_path(source_)) {
    shown = source_;
  } else if (fs::path near = below(path, normal_path(source_).parent_path()); !near.empty()) {
    shown = source_.parent_path() / near;
  } else {
    for (const fs::path& folder : include_directories_) {
      if (fs::path relative = below(path, folder); !relative.empty()) {
        shown = folder / relative;
        break;
      }
    }
  }
  const auto [at, added] = file_names_.try_emplace(shown.string(), static_cast<std::uint32_t>(program_.files.size()));
  if (added) program_.files.push_back(shown.string());
  files_[file] = at->second;
  return at->second;
}

std::uint32_t LocationTable::add(std::uint32_t file, std::uint32_t line, std::string function,
                                 std::uint32_t inlined_at) {
  const auto [at, added] =
      known_.try_emplace({file, line, function, inlined_at}, static_cast<std::uint32_t>(program_.locations.size()));
  if (added) program_.locations.push_back({file, line, std::move(function), inlined_at});
  return at->second;
}

std::uint32_t LocationTable::of(const llvm::DILocation* location) {
  if (location == nullptr || location->getLine() == 0) return 0;
  const std::uint32_t inlined_at = of(location->getInlinedAt());
  const llvm::DISubprogram* subprogram = location->getScope()->getSubprogram();
  return add(file_index(location->getFile()), location->getLine(), function_name(subprogram), inlined_at);
}

std::uint32_t LocationTable::of(const llvm::Function& function) {
  const llvm::DISubprogram* subprogram = function.getSubprogram();
  if (subprogram == nullptr) return 0;
  return add(file_index(subprogram->getFile()), subprogram->getLine(), function_name(subprogram), 0);
}

std::uint32_t LocationTable::of(const llvm::GlobalVariable& global) {
  llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> expressions;
  global.getDebugInfo(expressions);
  if (expressions.empty()) return 0;
  const llvm::DIGlobalVariable* variable = expressions.front()->getVariable();
  return add(file_index(variable->getFile()), variable->getLine(), {}, 0);
}

std::string LocationTable::file(std::uint32_t location) const {
  return program_.files[program_.locations[location].file];
}
unsigned LocationTable::line(std::uint32_t location) const { return program_.locations[location].line; }

}  // namespace shootdown::frontend
