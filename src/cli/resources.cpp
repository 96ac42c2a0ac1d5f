#include "cli/resources.hpp"

#include <fmt/format.h>

namespace shootdown::cli {
namespace {

namespace fs = std::filesystem;

bool holds_headers(const fs::path& root) {
  std::error_code error;
  return fs::exists(root / "include" / "shootdown" / "scenario.h", error);
}

// #include <shootdown/...>, <kit/...>, <tlb/...>
Resources resources_at(const fs::path& root) { return {root, {root / "include", root}, root / "corpus"}; }

}  // namespace

Result<Resources> find_resources(const fs::path& executable, const fs::path& source_tree) {
  const fs::path installed = executable.parent_path().parent_path() / "share" / "shootdown";
  for (const fs::path& root : {installed, source_tree})
    if (!root.empty() && holds_headers(root)) return resources_at(root);
  return Error{ErrorKind::Internal,
               fmt::format("the headers of scenarios are neither below {} nor below {}", installed.string(),
                           source_tree.string()),
               "", 0};
}

Result<Resources> find_resources() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return find_resources(executable, SHOOTDOWN_SOURCE_DIR);
}

}  // namespace shootdown::cli
