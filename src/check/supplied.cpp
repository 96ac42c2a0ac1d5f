#include "check/supplied.hpp"

#include <algorithm>
#include <string>

namespace shootdown::check {

namespace fs = std::filesystem;

bool is_supplied(const std::string& file, const std::vector<fs::path>& include_directories) {
  return std::any_of(include_directories.begin(), include_directories.end(), [&](const fs::path& folder) {
    const fs::path relative = fs::path(file).lexically_relative(folder);
    if (relative.empty()) return false;
    const fs::path first = *relative.begin();
    return first == "kit" || first == "tlb" || first == "shootdown";
  });
}

std::vector<bool> supplied_files(const program::Program& program, const std::vector<fs::path>& include_directories) {
  std::vector<bool> supplied;
  for (const std::string& file : program.files) supplied.push_back(is_supplied(file, include_directories));
  return supplied;
}

}  // namespace shootdown::check
