// From the paths of a command line to scenario files.
#include <algorithm>
#include <array>

#include "scenario/file.hpp"
#include "scenario/header.hpp"
#include "scenario/scenario.hpp"

namespace shootdown::scenario {

namespace fs = std::filesystem;

namespace {

bool may_be_scenario(const fs::path& path) {
  constexpr std::array<std::string_view, 3> kEndings{".c", ".cc", ".cpp"};
  return std::find(kEndings.begin(), kEndings.end(), path.extension().string()) != kEndings.end();
}

// Also true of a file whose declaration has a mistake in it: it is for read() to complain.
bool declares_variant(const std::string& text) {
  const auto lines = header_lines(text);
  return std::any_of(lines.begin(), lines.end(), [](const HeaderLine& line) { return line.key == "variant"; });
}

Result<std::vector<fs::path>> scenarios_below(const fs::path& folder) {
  const auto fails = [&](const char* why) { return Error{ErrorKind::Usage, why, folder.string(), 0}; };
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!may_be_scenario(at->path()) || !at->is_regular_file(error)) continue;
    const auto text = text_of(at->path());
    if (!text.ok()) {
      if (text.error().kind == ErrorKind::Compile) continue;
      return text.error();
    }
    if (declares_variant(text.value())) found.push_back(at->path());
  }
  if (error) return fails("the folder cannot be read");
  if (found.empty()) return fails("no scenario in this folder: no .c, .cc or .cpp file below it declares a variant");
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<std::vector<fs::path>> find(const std::vector<fs::path>& paths) {
  std::vector<fs::path> all;
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return Error{ErrorKind::Usage, "no such file or folder", path.string(), 0};
    if (!fs::is_directory(status)) {
      all.push_back(path);
      continue;
    }
    auto found = scenarios_below(path);
    if (!found.ok()) return found.error();
    all.insert(all.end(), found.value().begin(), found.value().end());
  }
  // A file named twice counts once, where it came first.
  std::vector<fs::path> seen;
  std::erase_if(all, [&](const fs::path& path) {
    std::error_code error;
    const fs::path same = fs::weakly_canonical(path, error);
    if (std::find(seen.begin(), seen.end(), same) != seen.end()) return true;
    seen.push_back(same);
    return false;
  });
  return all;
}

}  // namespace shootdown::scenario
