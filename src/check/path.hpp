// What check() and replay() share: the trace around a path, before and after it is executed.
#pragma once

#include "check/check.hpp"

namespace shootdown::check {

bool judges_deadlock(const system::Configuration& configuration);

// The limits of a search that begins now.
explore::Limits limits_now(const Request& request);

// Everything of a trace but its events and its violation.
trace::Trace empty_trace(const Request& request, const program::Program& program, std::vector<std::uint32_t> choices);

// Deadlock is found by the search, so a recording does not contain it.
trace::Violation deadlock_violation();
// The violation that a livelock found by the search is; fills in where the trace's loop begins.
trace::Violation livelock_violation(trace::Trace& trace, const explore::SearchResult& result);
bool judges_livelock(const system::Configuration& configuration);

}  // namespace shootdown::check
