// Runs checked in child processes, several at a time: one that crashes takes no other with it, and each one's memory
// is its own.
#pragma once

#include <functional>
#include <vector>

#include "cli/outcome.hpp"

namespace shootdown::cli {

// Calls `done(index, outcome)` in this process for each run as it ends, in any order. After an interrupt no further
// run is begun; those are never done.
void check_in_processes(const std::vector<Run>& runs, unsigned jobs,
                        const std::function<void(std::size_t, const Outcome&)>& done);

}  // namespace shootdown::cli
