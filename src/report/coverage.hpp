// Which lines a search reached, and which rules of the machine fired, on the terminal and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audit/coverage.hpp"
#include "report/style.hpp"

namespace shootdown::report {

// The scenario's own files line by line, the tool's own in figures; empty if nothing was noted.
std::string coverage_text(const std::vector<audit::FileCoverage>& files, const Style& style);
nlohmann::json to_json(const std::vector<audit::FileCoverage>& files);

// Those never asked as a number.
std::string rules_text(const audit::RuleUse& rules, const Style& style);
nlohmann::json to_json(const audit::RuleUse& rules);

// "3, 5-7": of ascending numbers. A range leaves out only lines that are in neither of the two lists.
std::string ranges_text(const std::vector<unsigned>& lines, const std::vector<unsigned>& others);

}  // namespace shootdown::report
