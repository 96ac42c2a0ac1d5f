// Where traces of failures are kept.
#pragma once

#include <string>

#include "cli/plan.hpp"
#include "report/case_report.hpp"

namespace shootdown::cli {

// Saves the trace, if there is one, and notes in the report how to replay it with PROGRAM, the tool as the user called
// it. `place` is where the user wants the first trace of the run; it is empty afterwards.
void keep_trace(report::CaseReport& report, const Run& run, std::string& place, const std::string& program);

}  // namespace shootdown::cli
