#include "check/supplied.hpp"

#include <algorithm>
#include <string>

namespace shootdown::check {

namespace fs = std::filesystem;

namespace {

// The first folder of `file` below that of the include directories which it lies in; empty if it lies in none.
fs::path room(const std::string& file, const std::vector<fs::path>& include_directories,
              bool (*wanted)(const fs::path&)) {
  for (const fs::path& folder : include_directories) {
    const fs::path relative = fs::path(file).lexically_relative(folder);
    if (!relative.empty() && wanted(*relative.begin())) return *relative.begin();
  }
  return {};
}

}  // namespace

bool is_supplied(const std::string& file, const std::vector<fs::path>& include_directories) {
  const auto own = [](const fs::path& name) { return name == "kit" || name == "tlb" || name == "shootdown"; };
  return !room(file, include_directories, own).empty();
}

bool is_library(const std::string& file, const std::vector<fs::path>& include_directories) {
  return !room(file, include_directories, [](const fs::path& name) { return name == "tlb"; }).empty();
}

std::vector<bool> supplied_files(const program::Program& program, const std::vector<fs::path>& include_directories) {
  std::vector<bool> supplied;
  supplied.reserve(program.files.size());
  for (const std::string& file : program.files) supplied.push_back(is_supplied(file, include_directories));
  return supplied;
}

}  // namespace shootdown::check
