// A case on the terminal: the verdict line first, then what belongs to the verdict.
#pragma once

#include <string>

#include "report/case_report.hpp"
#include "report/style.hpp"
#include "trace/trace.hpp"

namespace shootdown::report {

// Everything about one case.
std::string text(const CaseReport& report, const Style& style);

// The schedule of a trace alone, as `replay` prints it: explanation and columns.
std::string schedule_text(const trace::Trace& trace, const Style& style);

// The state of every CPU after the last event: root, tag, interrupt flag, TLB.
std::string end_state_text(const trace::Trace& trace, const Style& style);

// "0.1 s"
std::string seconds_text(double seconds);
// The visible steps of a trace.
unsigned steps(const trace::Trace& trace);

}  // namespace shootdown::report
