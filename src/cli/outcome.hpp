// What `test` needs to know of a checked case, and how it travels from the process that checked it.
#pragma once

#include <cstdint>
#include <string>

#include "cli/plan.hpp"
#include "report/case_report.hpp"

namespace shootdown::cli {

struct Outcome {
  check::Verdict verdict = check::Verdict::Internal;
  std::string property, detail;  // FAIL
  std::string reason;            // with its place
  std::uint64_t states = 0;
  unsigned steps = 0;  // of the trace, 0 without one
  double seconds = 0;  // compiling included
  std::uint64_t memory = 0;
};

Outcome summarise(const report::CaseReport& report, double seconds);
std::string encode(const Outcome& outcome);
// Anything that encode() did not write becomes INTERNAL.
Outcome decode(const std::string& text);

// "PASS", "FAIL wrong-page-table #GP"
std::string declared_text(const scenario::Case& declared);
std::string outcome_text(const Outcome& outcome);
// What the header leaves open agrees with anything.
bool agrees(const scenario::Case& declared, const Outcome& outcome);

}  // namespace shootdown::cli
