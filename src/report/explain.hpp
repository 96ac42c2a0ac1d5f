// A failure in words: one to three sentences that name both parties and the cause, derived from the trace's events.
#pragma once

#include <optional>
#include <string>

#include "trace/trace.hpp"

namespace shootdown::report {

// Empty without a violation. What the events do not show is left out, never guessed.
std::string explain(const trace::Trace& trace);

}  // namespace shootdown::report
