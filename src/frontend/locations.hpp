// Source places: from LLVM's debug information to Program::locations.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "program/program.hpp"

namespace llvm {
class DIFile;
class DILocation;
class DISubprogram;
class Function;
class GlobalVariable;
}  // namespace llvm

namespace shootdown::frontend {

class LocationTable {
 public:
  // INCLUDE_DIRECTORIES and SOURCE: as the user wrote them; files below them are named that way.
  LocationTable(program::Program& program, std::filesystem::path source,
                std::vector<std::filesystem::path> include_directories);

  std::uint32_t of(const llvm::DILocation* location);  // 0 if unknown
  std::uint32_t of(const llvm::Function& function);
  std::uint32_t of(const llvm::GlobalVariable& global);
  [[nodiscard]] std::string file(std::uint32_t location) const;
  [[nodiscard]] unsigned line(std::uint32_t location) const;

 private:
  std::uint32_t file_index(const llvm::DIFile* file);
  std::uint32_t add(std::uint32_t file, std::uint32_t line, std::string function, std::uint32_t inlined_at);

  program::Program& program_;
  std::filesystem::path source_;
  std::vector<std::filesystem::path> include_directories_;
  std::map<const llvm::DIFile*, std::uint32_t> files_;
  std::map<std::string, std::uint32_t> file_names_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string, std::uint32_t>, std::uint32_t> known_;
};

// The name a programmer would say: demangled, without the parameter list.
std::string display_name(const std::string& symbol);

}  // namespace shootdown::frontend
