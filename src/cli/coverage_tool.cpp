#include "cli/coverage_tool.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "audit/fired.hpp"

namespace shootdown::cli {

bool is_coverage_tool() { return audit::FiredRules::known(); }

Error become_coverage_tool(char** arguments) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path other = here.parent_path() / "shootdown-coverage";
  execv(other.c_str(), arguments);
  return Error{ErrorKind::Internal,
               fmt::format("--coverage needs {}, which cannot be started: {}", other.string(), std::strerror(errno)),
               "", 0};
}

}  // namespace shootdown::cli
