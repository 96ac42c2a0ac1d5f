// What operations cost, on the terminal and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cost/findings.hpp"
#include "report/case_report.hpp"
#include "report/style.hpp"

namespace shootdown::report {

// "2", "0..1", "0..any" (no bound), "<= 2" and "any" where nothing completes.
std::string range_text(const cost::Range& range);

// All cases side by side: a table for each operation, a column for each case. The whole execution if `whole`, or if
// some case has not all of the operations (none has any).
std::string cost_text(const std::vector<CaseReport>& reports, bool whole, const Style& style);
nlohmann::json to_json(const cost::Findings& findings);

}  // namespace shootdown::report
