// One planned run, executed in this process.
#pragma once

#include "cli/plan.hpp"
#include "report/case_report.hpp"

namespace shootdown::cli {

// `quiet`: without the progress line.
report::CaseReport execute(const Run& run, bool quiet = false);

}  // namespace shootdown::cli
