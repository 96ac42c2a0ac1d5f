// shootdown check PATH...: every case that the scenarios declare, each with its verdict.
#include <fmt/format.h>

#include "check/names.hpp"
#include "cli/command.hpp"
#include "cli/coverage_tool.hpp"
#include "cli/execute.hpp"
#include "cli/keep_trace.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace shootdown::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> paths;
  std::string variant;
  Options options;
  std::string format = "text";
  bool coverage = false;
  std::string trace;  // empty: the default place
};

int check_all(const CheckArguments& arguments, const Session& session) {
  if (arguments.coverage && !is_coverage_tool()) {
    const Error error = become_coverage_tool(session.arguments);
    return print_error(error), exit_code_of(error);
  }
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  PlanRequest wanted;
  wanted.paths.assign(arguments.paths.begin(), arguments.paths.end());
  wanted.variant = arguments.variant;
  wanted.options = arguments.options;
  Result<std::vector<Run>> runs = plan(wanted, resources.value());
  if (!runs.ok()) return print_error(runs.error()), exit_code_of(runs.error());

  const bool as_text = arguments.format == "text";
  const report::Style style{output_width(stdout), use_colour(stdout)};
  std::string trace_place = arguments.trace;
  std::vector<report::CaseReport> reports;
  Verdict worst = Verdict::Pass;
  for (Run& run : runs.value()) {
    run.request.coverage = arguments.coverage;
    report::CaseReport report = execute(run);
    keep_trace(report, run, trace_place, session.program);
    worst = worse(worst, report.answer.verdict);
    if (as_text) {
      fmt::print("{}", report::text(report, style));
      std::fflush(stdout);
    } else {
      reports.push_back(std::move(report));
    }
  }
  if (!as_text) fmt::print("{}", report::to_text(report::document(reports, exit_code(worst))));
  return exit_code(worst);
}

}  // namespace

void add_check_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = app.add_subcommand("check", "Check scenarios: a proof, or the shortest failing schedule");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them")->required();
  command->add_option("--variant", arguments->variant, "Only this variant")->type_name("NAME");
  add_options(*command, arguments->options);
  command->add_option("--format", arguments->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("--trace", arguments->trace, "Save the trace of the first failure there (default .shootdown/)")
      ->type_name("FILE");
  command->add_flag("--coverage", arguments->coverage,
                    "Say which lines were reached, and which rules of the machine fired");
  command->callback([arguments, &session] { session.exit_code = check_all(*arguments, session); });
}

}  // namespace shootdown::cli
