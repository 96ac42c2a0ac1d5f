// An audit, on the terminal and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "audit/findings.hpp"
#include "report/case_report.hpp"
#include "report/style.hpp"

namespace shootdown::report {

// Everything about one audited case: its sites, its reads and writes of registers, its warnings.
std::string audit_text(const CaseReport& report, const Style& style);
nlohmann::json to_json(const audit::Findings& findings);

}  // namespace shootdown::report
