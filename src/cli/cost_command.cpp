// shootdown cost PATH --variant A --variant B: what the operations of each variant cost, side by side.
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/execute.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "property/catalogue.hpp"
#include "report/cost.hpp"
#include "report/json.hpp"

namespace shootdown::cli {
namespace {

struct CostArguments {
  std::vector<std::string> paths;
  std::vector<std::string> variants;
  Options options;
  std::string format = "text";
  bool whole = false;
};

// The cases of all variants, in the order in which they were named; of each scenario all, if none was.
Result<std::vector<Run>> plan_all(const CostArguments& arguments, const Resources& resources) {
  PlanRequest wanted;
  wanted.paths.assign(arguments.paths.begin(), arguments.paths.end());
  wanted.options = arguments.options;
  // A violation ends the search, and a buggy variant is to be counted to its end.
  if (!wanted.options.properties)
    wanted.options.properties = std::vector<std::string>{std::string(property::kNoProperty)};
  if (arguments.variants.empty()) return plan(wanted, resources);
  std::vector<Run> all;
  for (const std::string& variant : arguments.variants) {
    wanted.variant = variant;
    Result<std::vector<Run>> runs = plan(wanted, resources);
    if (!runs.ok()) return runs.error();
    for (Run& run : runs.value()) all.push_back(std::move(run));
  }
  return all;
}

int cost_all(const CostArguments& arguments) {
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  const Result<std::vector<Run>> runs = plan_all(arguments, resources.value());
  if (!runs.ok()) return print_error(runs.error()), exit_code_of(runs.error());
  std::vector<report::CaseReport> reports;
  Verdict worst = Verdict::Pass;
  for (Run run : runs.value()) {
    run.request.cost = true;
    reports.push_back(execute(run));
    worst = worse(worst, reports.back().answer.verdict);
  }
  const int code = exit_code(worst);
  if (arguments.format == "text")
    fmt::print("{}", report::cost_text(reports, arguments.whole, {output_width(stdout), use_colour(stdout)}));
  else
    fmt::print("{}", report::to_text(report::document(reports, code)));
  return code;
}

}  // namespace

void add_cost_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<CostArguments>();
  CLI::App* command =
      app.add_subcommand("cost", "Count root loads, TLB instructions, barriers and IPIs of variants, side by side");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them")->required();
  command->add_option("--variant", arguments->variants, "Only this variant (repeatable: a column each)")
      ->type_name("NAME")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  add_options(*command, arguments->options, true, "none");
  command->footer(
      "Exit codes: 0 all executions were counted, 1 a property that --property names is violated, 2 usage, 3 BOUNDED,\n"
      "4 nothing that is counted was executed, 5 UNSUPPORTED, 6 compile error, 7 internal; of several cases\n"
      "the first of 7, 6, 5, 1, 4, 3 that occurred.");
  command->add_flag("--whole", arguments->whole, "Print the whole executions too, not only the operations in them");
  command->add_option("--format", arguments->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([arguments, &session] { session.exit_code = cost_all(*arguments); });
}

}  // namespace shootdown::cli
