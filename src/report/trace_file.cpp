#include "report/trace_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

#include "check/names.hpp"
#include "report/json.hpp"

namespace shootdown::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Error unreadable(const fs::path& path, std::string message) {
  return {ErrorKind::Usage, std::move(message), path.string(), 0};
}

std::uint64_t parse_hexadecimal(const std::string& text) {
  std::uint64_t value = 0;
  if (!text.starts_with("0x")) return 0;
  std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
  return value;
}

SavedTrace read_fields(const json& document) {
  const json& trace = document.at("trace");
  SavedTrace saved;
  saved.directory = document.at("directory").get<std::string>();
  saved.compiler = document.at("compiler").get<std::string>();
  saved.verdict = document.at("verdict").get<std::string>();
  saved.scenario = trace.at("scenario").get<std::string>();
  saved.variant = trace.at("variant").get<std::string>();
  saved.machine = trace.at("machine").get<std::string>();
  saved.options = trace.at("options").get<std::vector<std::string>>();
  saved.choices = trace.at("choices").get<std::vector<std::uint32_t>>();
  saved.program_digest = parse_hexadecimal(trace.at("program_digest").get<std::string>());
  if (trace.contains("violation")) saved.property = trace.at("violation").at("property").get<std::string>();
  return saved;
}

}  // namespace

Result<bool> save_trace(const CaseReport& report, const fs::path& path) {
  const json document{{"shootdown_trace", kJsonVersion},
                      {"directory", fs::current_path().string()},
                      {"compiler", report.answer.compiler},
                      {"verdict", check::verdict_name(report.answer.verdict)},
                      {"trace", to_json(*report.answer.trace)}};
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  std::ofstream file(path);
  file << to_text(document);
  file.close();
  if (!file) return unreadable(path, "the trace cannot be written");
  return true;
}

Result<SavedTrace> load_trace(const fs::path& path) {
  std::ifstream file(path);
  if (!file || fs::is_directory(path)) return unreadable(path, "no such trace");
  const json document = json::parse(file, nullptr, false);
  if (document.is_discarded() || !document.is_object() || !document.contains("shootdown_trace"))
    return unreadable(path, "not a trace of shootdown");
  if (document["shootdown_trace"] != kJsonVersion)
    return unreadable(path, fmt::format("a trace of another version; this tool reads version {}", kJsonVersion));
  try {
    return read_fields(document);
  } catch (const json::exception& error) { return unreadable(path, fmt::format("a damaged trace: {}", error.what())); }
}

}  // namespace shootdown::report
