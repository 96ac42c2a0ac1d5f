// An event in a few words, for a row of a schedule: "CR3 = B", "user load 0x400000", "current->mm = NULL".
#pragma once

#include <string>

#include "report/history.hpp"
#include "report/source_text.hpp"

namespace shootdown::report {

// The event's own text if the recording gave it one that says more than its name; else made from its operation.
std::string describe(const History& history, const trace::Event& event, SourceText& source);

// Where an event happens for people: not in a helper that only wraps an atomic builtin or an instruction, but where
// that is called.
const trace::SourceLine* place_for_people(const trace::Event& event, SourceText& source);

}  // namespace shootdown::report
