// shootdown replay TRACE: executes a saved trace again, shows its schedule and the state it ends in.
#include <fmt/format.h>

#include "check/names.hpp"
#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/memory.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"
#include "report/text.hpp"
#include "report/trace_file.hpp"

namespace shootdown::cli {
namespace {

namespace fs = std::filesystem;

// The scenario as named from here, else from where `check` ran.
fs::path locate(const report::SavedTrace& saved) {
  std::error_code error;
  if (fs::exists(saved.scenario, error)) return saved.scenario;
  return saved.directory / saved.scenario;
}

Result<check::Request> make_request(const report::SavedTrace& saved, const Resources& resources) {
  const fs::path path = locate(saved);
  const Result<scenario::Scenario> file = scenario::read(path);
  if (!file.ok()) return file.error();
  Result<Options> options = parse_words(saved.options);
  if (!options.ok()) return options.error();
  if (check::find_machine(saved.machine) == nullptr)
    return Error{ErrorKind::Usage, fmt::format("the trace is of an unknown machine, '{}'", saved.machine), "", 0};
  Options all = std::move(options).value();
  all.machine = saved.machine;
  check::Request request;
  request.compile.source = path;
  request.compile.variant = saved.variant;
  request.compile.variants = file.value().variants;
  request.compile.include_directories = resources.include_directories;
  const Result<bool> applied = apply(all, request);
  if (!applied.ok()) return applied.error();
  request.limits.max_memory = default_memory_limit();
  request.limits.interrupted = &interrupted();
  request.memory_in_use = resident_memory;
  return request;
}

// The exit code: that of the saved verdict, if the trace led there again.
int show(const report::SavedTrace& saved, const check::Replayed& replayed) {
  const report::Style style{output_width(stdout), use_colour(stdout)};
  fmt::print("{}/{}\n\n{}\n{}", scenario_name(saved.scenario), saved.variant,
             report::schedule_text(replayed.trace, style), report::end_state_text(replayed.trace, style));
  if (!replayed.stopped.empty())
    fmt::print("ends at {}:{}: {}\n", replayed.where.file, replayed.where.line, replayed.stopped);
  const std::string property = replayed.trace.violation ? replayed.trace.violation->property : "";
  const std::optional<Verdict> verdict = check::find_verdict(saved.verdict);
  if (!verdict || property != saved.property || (property.empty() && replayed.stopped.empty())) {
    fmt::print(stderr, "shootdown: the trace was saved as {} {} and does not lead there again\n", saved.verdict,
               saved.property);
    return kExitInternal;
  }
  return exit_code(*verdict);
}

int replay_trace(const std::string& path) {
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  const Result<report::SavedTrace> saved = report::load_trace(path);
  if (!saved.ok()) return print_error(saved.error()), exit_code_of(saved.error());
  Result<check::Request> request = make_request(saved.value(), resources.value());
  if (!request.ok()) return print_error(request.error()), exit_code_of(request.error());
  Result<check::Replayed> replayed = [&] {
    Progress progress("replay");
    request.value().progress = [&progress](const explore::Statistics& statistics) { progress.show(statistics); };
    return check::replay(request.value(), saved.value().choices, saved.value().program_digest);
  }();
  if (!replayed.ok()) return print_error(replayed.error()), exit_code_of(replayed.error());
  return show(saved.value(), replayed.value());
}

}  // namespace

void add_replay_command(CLI::App& app, Session& session) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("replay", "Execute a saved trace again and show the state it ends in");
  command->add_option("TRACE", *path, "A trace that `check` saved")->required();
  command->callback([path, &session] { session.exit_code = replay_trace(*path); });
}

}  // namespace shootdown::cli
