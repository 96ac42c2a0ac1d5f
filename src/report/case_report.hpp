// What a report is made from: a case, its answer, and where its trace was saved.
#pragma once

#include <cstdint>
#include <string>

#include "check/check.hpp"

namespace shootdown::report {

struct CaseReport {
  std::string label;  // "linux-2016-x86-up-flush/buggy"
  check::Request request;
  check::Answer answer;
  std::uint64_t peak_memory = 0;  // bytes of the process, 0 if unknown
  std::string replay;             // the command that replays the trace; empty if there is none
  std::string trace_note;         // why there is none although there is a trace
};

}  // namespace shootdown::report
