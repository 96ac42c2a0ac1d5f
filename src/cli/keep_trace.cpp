#include "cli/keep_trace.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "report/trace_file.hpp"

namespace shootdown::cli {
namespace {

namespace fs = std::filesystem;

// ".shootdown/linux-2004-flush-tlb-buggy-i386.trace.json"
fs::path default_trace_path(const Run& run) {
  std::string name = run.label;
  for (char& c : name)
    if (c == '/' || c == ' ' || c == ',' || c == '=' || c == '@' || c == ':') c = '-';
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return fs::path(".shootdown") / (name + ".trace.json");
}

// A word as the shell reads it back.
std::string quoted(const std::string& word) {
  if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=+,:@%") ==
          std::string::npos &&
      !word.empty())
    return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

void keep_trace(report::CaseReport& report, const Run& run, std::string& place, const std::string& program) {
  if (!report.answer.trace) return;
  const fs::path path = place.empty() ? default_trace_path(run) : fs::path(place);
  place.clear();
  const Result<bool> saved = report::save_trace(report, path);
  if (saved.ok())
    report.replay = fmt::format("{} replay {}", quoted(program), quoted(path.string()));
  else
    report.trace_note =
        fmt::format("The trace could not be saved as {}: name another place with --trace FILE.", path.string());
}

}  // namespace shootdown::cli
