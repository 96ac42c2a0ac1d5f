// From file to verdict, in the order of the pipeline:
//
//   compile ──► System ──► search ──► all states seen     judge_complete(): PASS or VACUOUS
//                                 ├─► violation, deadlock  record(path): FAIL with its trace; is the TLB's right to
//                                 │                        return to an older translation needed? (a second search)
//                                 ├─► unsupported, a limit of the scenario   record(path): UNSUPPORTED, BOUNDED
//                                 └─► a limit of the run   BOUNDED
//
// Nothing escapes: every exception becomes an answer.
#include "check/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>

#include "audit/audit.hpp"
#include "check/judge.hpp"
#include "check/names.hpp"
#include "check/path.hpp"
#include "check/supplied.hpp"
#include "cost/meter.hpp"
#include "property/catalogue.hpp"

namespace shootdown::check {
namespace {

constexpr std::string_view kDeadlock = "deadlock";
constexpr std::string_view kLivelock = "livelock";

void set_place(Answer& answer, const trace::SourceLine& where) {
  answer.file = where.file;
  answer.line = where.line;
}

void take_error(Answer& answer, const Error& error) {
  switch (error.kind) {
    case ErrorKind::Usage: answer.verdict = Verdict::Usage; break;
    case ErrorKind::Compile: answer.verdict = Verdict::CompileError; break;
    case ErrorKind::Unsupported: answer.verdict = Verdict::Unsupported; break;
    case ErrorKind::Internal: answer.verdict = Verdict::Internal; break;
  }
  answer.reason = error.message;
  answer.file = error.file;
  answer.line = error.line;
}

// Searches again on a TLB that never goes back to an older translation, for the one property that failed, within what
// is left of the time. True only if all states were seen without a failure.
bool fails_only_with_new_then_old(const Request& request, const program::Program& program, const Answer& answer) try {
  if (!concerns_translations(answer.trace->violation->property) || request.configuration.monotone_tlb) return false;
  explore::SearchOptions options;
  options.limits = limits_now(request);
  options.find_deadlock = false;
  options.progress = request.progress;
  if (options.limits.timeout_seconds > 0) {
    options.limits.timeout_seconds -= answer.statistics.seconds;
    if (options.limits.timeout_seconds <= 0) return false;
  }
  system::Configuration monotone = request.configuration;
  monotone.monotone_tlb = true;
  monotone.properties = {answer.trace->violation->property};
  system::System system(program, monotone);
  return explore::search(system, options).end == explore::SearchEnd::Complete;
} catch (const std::bad_alloc&) {
  return false;  // the failure stands; only this remark about it is lost
}

// Fills in verdict, reason and trace of a search that ended on a path.
void judge_path(Answer& answer, const Request& request, const program::Program& program, system::System& system,
                const explore::SearchResult& result) {
  std::optional<system::Recording> recording = system.record(result.path);
  if (!recording) {
    answer.verdict = Verdict::Internal;
    answer.reason = "the path that was found cannot be executed again";
    return;
  }
  answer.trace = empty_trace(request, program, result.path);
  answer.trace->events = std::move(recording->events);
  set_place(answer, recording->where);
  const auto missing = [&](std::string_view what) {
    answer.verdict = Verdict::Internal;
    answer.reason = fmt::format("the search found {}, executing the path again did not", what);
  };
  switch (result.end) {
    case explore::SearchEnd::Violation:
      if (!recording->violation) return missing("a violation");
      answer.trace->violation = std::move(recording->violation);
      break;
    case explore::SearchEnd::Livelock: answer.trace->violation = livelock_violation(*answer.trace, result); break;
    case explore::SearchEnd::Deadlock: answer.trace->violation = deadlock_violation(); break;
    case explore::SearchEnd::Unsupported:
      if (recording->unsupported.empty()) return missing("a step that is not modelled");
      answer.verdict = Verdict::Unsupported;
      answer.reason = recording->unsupported;
      return;
    case explore::SearchEnd::Exhausted:
      if (recording->exhausted.empty()) return missing("a limit");
      answer.verdict = Verdict::Bounded;
      answer.reason = recording->exhausted;
      return;
    default: return missing("nothing");
  }
  answer.verdict = Verdict::Fail;
  answer.reason = answer.trace->violation->message;
  answer.needs_new_then_old = fails_only_with_new_then_old(request, program, answer);
}

// The search evaluates deadlock and livelock, not the system: in every state it saw.
void count_graph_property(Answer& answer, std::string_view name, bool judged) {
  if (!judged) return;
  for (system::Facts::Property& property : answer.facts.properties)
    if (property.name == name) {
      property.evaluated = std::max(property.evaluated, answer.statistics.states);
      return;
    }
  answer.facts.properties.push_back({std::string(name), answer.statistics.states});
}

bool was_interrupted(const Request& request) {
  return request.limits.interrupted != nullptr && request.limits.interrupted->load();
}

void run(const Request& request, Answer& answer) {
  const auto nothing_searched = [&] {
    answer.verdict = Verdict::Bounded;
    answer.reason = "interrupted before the search began";
  };
  if (was_interrupted(request)) return nothing_searched();
  Result<frontend::Compiled> compiled = frontend::compile(request.compile);
  if (was_interrupted(request)) return nothing_searched();
  if (!compiled.ok()) return take_error(answer, compiled.error());
  const program::Program& program = compiled.value().program;
  answer.warnings = compiled.value().warnings;
  answer.compiler = program.compiler;
  answer.flags = program.flags;

  system::System system(program, request.configuration);
  std::optional<audit::Audit> audit;
  std::optional<audit::Coverage> coverage;
  const std::vector<bool> supplied = supplied_files(program, request.compile.include_directories);
  std::optional<cost::Meter> meter;
  if (request.cost)
    system.watch(&meter.emplace(program));
  else if (request.audit)
    system.watch(&audit.emplace(program, supplied));
  else if (request.coverage)
    system.watch(&coverage.emplace(program));
  explore::SearchOptions options;
  options.limits = limits_now(request);
  options.find_deadlock = judges_deadlock(request.configuration);
  options.find_livelock = judges_livelock(request.configuration);
  options.progress = [&](const explore::Statistics& statistics) {
    answer.statistics = statistics;
    if (request.progress) request.progress(statistics);
  };
  if (meter) options.steps = &*meter;
  const explore::SearchResult result = explore::search(system, options);
  system.watch(nullptr);
  answer.statistics = result.statistics;
  if (coverage) {
    answer.coverage = coverage->files(supplied);
    answer.rules = coverage->rules();
  }
  if (audit) {
    Result<audit::Findings> findings = audit->findings();
    if (!findings.ok()) return take_error(answer, findings.error());
    answer.audit = std::move(findings).value();
  }
  if (meter) {
    Result<cost::Findings> findings = meter->findings();
    if (!findings.ok()) return take_error(answer, findings.error());
    answer.cost = std::move(findings).value();
    meter.reset();
  }
  answer.facts = system.facts();
  for (system::Facts::Invalidation& one : answer.facts.invalidations)
    // The library is there for the scenario to call: what it executed of it is as good as its own.
    one.supplied = is_supplied(one.where.file, request.compile.include_directories) &&
                   !(one.executed && is_library(one.where.file, request.compile.include_directories));
  count_graph_property(answer, kDeadlock, options.find_deadlock);
  count_graph_property(answer, kLivelock, options.find_livelock);

  switch (result.end) {
    case explore::SearchEnd::Complete: return judge_complete(answer, request.configuration.properties);
    case explore::SearchEnd::StateLimit:
    case explore::SearchEnd::MemoryLimit:
    case explore::SearchEnd::TimeLimit:
    case explore::SearchEnd::Interrupted:
      answer.verdict = Verdict::Bounded;
      answer.reason = limit_reason(result.end, request.limits, result.statistics);
      return;
    default: return judge_path(answer, request, program, system, result);
  }
}

}  // namespace

Answer check(const Request& request) {
  Answer answer;
  try {
    run(request, answer);
  } catch (const std::bad_alloc&) {
    answer.verdict = Verdict::Bounded;
    answer.reason = fmt::format("out of memory: {} states seen to depth {}", count_text(answer.statistics.states),
                                answer.statistics.depth);
  } catch (const std::exception& error) {
    answer.verdict = Verdict::Internal;
    answer.reason = error.what();
  }
  return answer;
}

}  // namespace shootdown::check
