// Answers and traces as JSON. The layout is described in docs/json.md.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/case_report.hpp"
#include "trace/trace.hpp"

namespace shootdown::report {

// The version of the layout: grows when a field changes its meaning or goes away.
inline constexpr int kJsonVersion = 1;

nlohmann::json to_json(const trace::Trace& trace);
nlohmann::json to_json(const CaseReport& report);
// The document that `check --format json` prints.
nlohmann::json document(const std::vector<CaseReport>& reports, int exit_code);

// The text of a document: indented, with a line feed at its end; bytes that are no UTF-8 are replaced.
std::string to_text(const nlohmann::json& document);

// A 64-bit number as text: JSON readers may cut larger ones than 2^53.
std::string hexadecimal(std::uint64_t value);

}  // namespace shootdown::report
