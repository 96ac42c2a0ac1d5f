// shootdown necessary PATH: which barriers, guards, interrupt-off sections and flushes of a passing case are needed.
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/execute.hpp"
#include "cli/interrupt.hpp"
#include "cli/keep_trace.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "report/json.hpp"
#include "report/necessary.hpp"
#include "report/text.hpp"

namespace shootdown::cli {
namespace {

struct NecessaryArguments {
  std::string path;
  std::string variant;
  Options options;
  std::string format = "text";
  bool schedules = false;
  bool kit = false;
};

// RUN once more without SITE.
report::Omission leave_out(const Run& run, const omit::Site& site, const Session& session) {
  Run without = run;
  const Result<omit::Selector> selector = omit::parse_selector(omit::selector_text(site));
  without.label = fmt::format("{} without {}", run.label, omit::selector_text(site));
  report::Omission omission{site, {}};
  if (!selector.ok()) {
    omission.report.answer.reason = selector.error().message;
    return omission;
  }
  without.request.configuration.leave_out.push_back(selector.value());
  omission.report = execute(without);
  std::string place;
  keep_trace(omission.report, without, place, session.program);
  return omission;
}

// Exit codes: 0 when every site was tried, whatever was found; that of `check` where the case does not pass.
Verdict judge(const Run& run, const NecessaryArguments& arguments, const Session& session,
              std::vector<nlohmann::json>& documents) {
  const report::Style style{output_width(stdout), use_colour(stdout)};
  Run complete = run;
  complete.request.configuration.collect_sites = true;
  report::CaseReport base = execute(complete);
  const bool as_text = arguments.format == "text";
  if (base.answer.verdict != Verdict::Pass) {
    std::string place;
    keep_trace(base, run, place, session.program);
    if (as_text) fmt::print("{}Only of a case that passes can be said what it needs.\n", report::text(base, style));
    documents.push_back(report::necessary_json(base, {}));
    return base.answer.verdict;
  }
  std::vector<report::Omission> omissions;
  for (const omit::Site& site : base.answer.facts.sites) {
    if (site.places.back().library && !arguments.kit) continue;
    if (interrupted()) return Verdict::Bounded;
    omissions.push_back(leave_out(run, site, session));
  }
  if (as_text) fmt::print("{}", report::necessary_text(base, omissions, arguments.schedules, style));
  std::fflush(stdout);
  documents.push_back(report::necessary_json(base, omissions));
  return Verdict::Pass;
}

int necessary(const NecessaryArguments& arguments, const Session& session) {
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  PlanRequest wanted;
  wanted.paths = {arguments.path};
  wanted.variant = arguments.variant;
  wanted.options = arguments.options;
  const Result<std::vector<Run>> runs = plan(wanted, resources.value());
  if (!runs.ok()) return print_error(runs.error()), exit_code_of(runs.error());
  Verdict worst = Verdict::Pass;
  std::vector<nlohmann::json> documents;
  for (const Run& run : runs.value()) worst = worse(worst, judge(run, arguments, session, documents));
  if (arguments.format != "text")
    fmt::print("{}",
               report::to_text(
                   {{"shootdown", report::kJsonVersion}, {"exit_code", exit_code(worst)}, {"necessary", documents}}));
  return exit_code(worst);
}

}  // namespace

void add_necessary_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<NecessaryArguments>();
  CLI::App* command = app.add_subcommand(
      "necessary", "Leave out each barrier, guard, interrupt-off section and flush of a passing case: is it needed?");
  command->add_option("PATH", arguments->path, "A scenario file, or its folder")->required();
  command->add_option("--variant", arguments->variant, "The variant that passes")->type_name("NAME")->required();
  add_options(*command, arguments->options);
  command->footer(
      "Exit codes: 0 everything was tried, whatever was found; otherwise that of `check` with nothing left out.");
  command->add_flag("--schedules", arguments->schedules, "Print each failing schedule");
  command->add_flag("--kit", arguments->kit, "Also what the kit does by itself: its scheduler, its handlers");
  command->add_option("--format", arguments->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([arguments, &session] { session.exit_code = necessary(*arguments, session); });
}

}  // namespace shootdown::cli
