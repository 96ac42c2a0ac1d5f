// The table that `test` prints.
#pragma once

#include <vector>

#include "cli/plan.hpp"

namespace shootdown::cli {

// Checks the runs, prints a row for each in their order, and says how many are as declared. Returns the exit code:
// PASS if all are, BOUNDED if interrupted, else FAIL.
int run_table(const std::vector<Run>& runs, unsigned jobs);

}  // namespace shootdown::cli
