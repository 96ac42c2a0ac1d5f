// A saved path, executed again.
//
// A path is a list of choices, and what there is to choose from depends on which memory is shared between contexts:
// the system finds that out while it searches. A path that reaches its violation in a fresh system is evidence enough.
// One that does not is tried again in a system that has learnt what there is to learn, by the search that found it.
#include <fmt/format.h>

#include <exception>

#include "check/check.hpp"
#include "check/path.hpp"

namespace shootdown::check {
namespace {

bool reaches_an_end(const std::optional<system::Recording>& recording) {
  return recording && (recording->violation || !recording->unsupported.empty() || !recording->exhausted.empty());
}

Replayed finish(trace::Trace trace, system::Recording recording) {
  trace.events = std::move(recording.events);
  trace.violation = std::move(recording.violation);
  std::string stopped = !recording.unsupported.empty() ? recording.unsupported : recording.exhausted;
  return {std::move(trace), std::move(stopped), std::move(recording.where)};
}

Result<Replayed> run(const Request& request, const std::vector<std::uint32_t>& choices, std::uint64_t program_digest) {
  Result<frontend::Compiled> compiled = frontend::compile(request.compile);
  if (!compiled.ok()) return compiled.error();
  const program::Program& program = compiled.value().program;
  if (program.digest != program_digest)
    return Error{ErrorKind::Usage,
                 "the source, or the compiler, changed since the trace was saved: check it again to get a new trace",
                 request.compile.source.string(), 0};

  system::System system(program, request.configuration);
  trace::Trace trace = empty_trace(request, program, choices);
  std::optional<system::Recording> recording = system.record(choices);
  if (reaches_an_end(recording)) return finish(std::move(trace), std::move(*recording));

  explore::SearchOptions options;
  options.limits = limits_now(request);
  options.find_deadlock = judges_deadlock(request.configuration);
  options.find_livelock = judges_livelock(request.configuration);
  options.progress = request.progress;
  const explore::SearchResult result = explore::search(system, options);
  recording = system.record(choices);
  if (!recording)
    return Error{ErrorKind::Internal, "the saved path does not exist in this scenario", request.compile.source.string(),
                 0};
  Replayed replayed = finish(std::move(trace), std::move(*recording));
  if (result.path == choices) {
    if (result.end == explore::SearchEnd::Deadlock) replayed.trace.violation = deadlock_violation();
    if (result.end == explore::SearchEnd::Livelock)
      replayed.trace.violation = livelock_violation(replayed.trace, result);
  }
  return replayed;
}

}  // namespace

Result<Replayed> replay(const Request& request, const std::vector<std::uint32_t>& choices,
                        std::uint64_t program_digest) {
  try {
    return run(request, choices, program_digest);
  } catch (const std::exception& error) {
    return Error{ErrorKind::Internal, error.what(), request.compile.source.string(), 0};
  }
}

}  // namespace shootdown::check
