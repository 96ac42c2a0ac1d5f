// A trace on disk: what replaying it needs, and its events for other tools. JSON; the layout is in docs/json.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/case_report.hpp"

namespace shootdown::report {

// What replaying needs.
struct SavedTrace {
  std::filesystem::path scenario;   // as given to `check`, relative to `directory`
  std::filesystem::path directory;  // where `check` ran
  std::string variant;
  std::string machine;
  std::vector<std::string> options;
  std::vector<std::uint32_t> choices;
  std::uint64_t program_digest = 0;
  std::string compiler;
  std::string verdict;   // "FAIL", "UNSUPPORTED", "BOUNDED"
  std::string property;  // of the violation; empty if there is none
};

// Writes the trace of a report to PATH, making its folder. Errors: Usage (PATH cannot be written).
Result<bool> save_trace(const CaseReport& report, const std::filesystem::path& path);
// Errors: Usage (no such file, not a trace, or one of another version).
Result<SavedTrace> load_trace(const std::filesystem::path& path);

}  // namespace shootdown::report
