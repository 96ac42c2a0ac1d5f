// One case checked from file to verdict: compile, search, record the failing path, judge coverage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/coverage.hpp"
#include "audit/findings.hpp"
#include "base/result.hpp"
#include "cost/findings.hpp"
#include "explore/search.hpp"
#include "frontend/compile.hpp"
#include "system/configuration.hpp"
#include "system/system.hpp"
#include "trace/trace.hpp"

namespace shootdown::check {

// In the order of precedence in which several verdicts are summed up to one exit code: 7, 6, 5, 1, 4, 3, then 0.
// Usage errors (2) end a run before any case is checked.
enum class Verdict : std::uint8_t {
  Pass = 0,
  Fail = 1,
  Usage = 2,
  Bounded = 3,
  Vacuous = 4,
  Unsupported = 5,
  CompileError = 6,
  Internal = 7
};

struct Request {
  frontend::CompileRequest compile;
  system::Configuration configuration;
  explore::Limits limits;
  bool coverage = false;  // note which lines are executed and which rules fire; not together with audit
  bool audit = false;     // note who executes operations on roots and TLBs in which circumstances
  bool cost = false;      // count what operations cost; not together with either
  std::function<void(const explore::Statistics&)> progress;
  // Bytes that the process has in use: asked when a search begins, they count against limits.max_memory. Unset: 0.
  std::function<std::uint64_t()> memory_in_use;
};

struct Answer {
  Verdict verdict = Verdict::Internal;
  std::string reason;  // one line; for PASS empty
  std::string file;    // where, if the reason has a place
  unsigned line = 0;
  explore::Statistics statistics;
  system::Facts facts;
  std::vector<audit::FileCoverage> coverage;  // if it was asked for
  std::optional<audit::RuleUse> rules;        // likewise, in a program that can tell
  std::optional<audit::Findings> audit;       // of the states seen, if it was asked for
  std::optional<cost::Findings> cost;         // of the steps seen, if it was asked for
  std::optional<trace::Trace> trace;          // FAIL, and UNSUPPORTED or BOUNDED met on a path: the path to it
  std::vector<std::string> warnings;
  std::string compiler, flags;
  bool needs_new_then_old = false;  // FAIL: only with a TLB that returns to an older translation after a newer one
};

// Never throws: an exception becomes an answer (BOUNDED when memory ran out, else INTERNAL).
Answer check(const Request& request);

// A saved path executed again.
struct Replayed {
  trace::Trace trace;       // with its violation, if it ends in one
  std::string stopped;      // why it ends otherwise: a step that is not modelled, a limit of the scenario
  trace::SourceLine where;  // of its end
};

// Executes the choices of a saved trace again on the same source. Errors: the source or its options changed since
// (Usage), the path does not exist in it (Internal), compile errors.
Result<Replayed> replay(const Request& request, const std::vector<std::uint32_t>& choices,
                        std::uint64_t program_digest);

}  // namespace shootdown::check
