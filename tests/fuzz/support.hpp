// What the fuzz targets share.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "explore/search.hpp"
#include "program/program.hpp"
#include "system/system.hpp"

namespace shootdown::fuzz {

// Ends the process, which libFuzzer takes for a crash and keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A file with this content, for readers that take a path; gone with the object.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view content, const char* ending)
      : path_(std::filesystem::temp_directory_path() / ("fuzz-" + std::to_string(::getpid()) + ending)) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Executes a program for a while: whatever was accepted can be run.
inline void explore_a_little(const program::Program& program) {
  system::Configuration configuration;
  if (program.pointer_bits == 32) {
    configuration.machine = system::MachineKind::I386;
    configuration.cpu_features = {"pge", "pse"};
  }
  system::System system(program, configuration);
  explore::SearchOptions options;
  options.limits.max_states = 100;
  options.limits.max_memory = std::uint64_t{32} << 20;
  options.limits.timeout_seconds = 0.05;
  const explore::SearchResult result = explore::search(system, options);
  if (!result.path.empty()) require(system.record(result.path).has_value(), "a path that was found can be executed");
}

}  // namespace shootdown::fuzz
