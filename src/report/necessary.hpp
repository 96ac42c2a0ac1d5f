// What `necessary` found: a table, a row for each site.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "report/case_report.hpp"
#include "report/style.hpp"

namespace shootdown::report {

// A site, and what the check without it gave.
struct Omission {
  omit::Site site;
  CaseReport report;
};

// "needed", "redundant here", "inconclusive"
std::string_view finding(const check::Answer& answer);

// BASE: the check with nothing left out, a PASS. `schedules`: each failing schedule too.
std::string necessary_text(const CaseReport& base, const std::vector<Omission>& omissions, bool schedules,
                           const Style& style);
// The same for programs; docs/json.md has the fields of an answer.
nlohmann::json necessary_json(const CaseReport& base, const std::vector<Omission>& omissions);

}  // namespace shootdown::report
