#include "check/path.hpp"

#include <algorithm>

#include "check/names.hpp"
#include "property/catalogue.hpp"

namespace shootdown::check {

namespace {
constexpr std::string_view kDeadlock = "deadlock";
constexpr std::string_view kLivelock = "livelock";
}  // namespace

bool judges_deadlock(const system::Configuration& configuration) {
  const auto& names = configuration.properties;
  return names.empty() || std::find(names.begin(), names.end(), kDeadlock) != names.end();
}

explore::Limits limits_now(const Request& request) {
  explore::Limits limits = request.limits;
  if (limits.max_memory != 0 && request.memory_in_use) limits.taken = request.memory_in_use();
  return limits;
}

trace::Trace empty_trace(const Request& request, const program::Program& program, std::vector<std::uint32_t> choices) {
  trace::Trace trace;
  trace.scenario = request.compile.source.string();
  trace.variant = request.compile.variant;
  trace.machine = machine_entry(request.configuration.machine).name;
  trace.cpus = request.configuration.cpus;
  trace.options = option_words(request);
  trace.choices = std::move(choices);
  trace.program_digest = program.digest;
  return trace;
}

trace::Violation deadlock_violation() {
  return {std::string(kDeadlock), "", std::string(property::find(kDeadlock)->meaning)};
}

bool judges_livelock(const system::Configuration& configuration) {
  const auto& names = configuration.properties;
  return std::find(names.begin(), names.end(), kLivelock) != names.end();
}

trace::Violation livelock_violation(trace::Trace& trace, const explore::SearchResult& result) {
  trace.loop_begins = static_cast<unsigned>(result.loop_begins);
  trace.loop_survives_fair_scheduler = result.loop_survives_fair_scheduler;
  std::string who = "a task";
  for (const trace::Event& event : trace.events)
    if (event.context == result.loop_context) who = event.context_name;
  return {std::string(kLivelock), result.loop_survives_fair_scheduler ? "any scheduler" : "unfair scheduler",
          who + " faults for ever and never completes its access" +
              (result.loop_survives_fair_scheduler
                   ? "; the loop survives a fair scheduler: no other task could be chosen to end it"
                   : "; the loop ends as soon as another runnable task is scheduled: only an unfair scheduler, "
                     "or a task of higher priority, keeps it up")};
}

}  // namespace shootdown::check
