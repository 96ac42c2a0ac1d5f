// shootdown audit PATH...: in which circumstances each operation on a root or a TLB is executed.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"
#include "cli/execute.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "property/catalogue.hpp"
#include "report/audit.hpp"
#include "report/json.hpp"

namespace shootdown::cli {
namespace {

struct AuditArguments {
  std::vector<std::string> paths;
  std::string variant;
  Options options;
  std::string format = "text";
  bool fail_on_warning = false;
};

bool has_warnings(const check::Answer& answer) {
  return !answer.warnings.empty() || (answer.audit && !answer.audit->warnings.empty());
}

int audit_all(const AuditArguments& arguments) {
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  PlanRequest wanted;
  wanted.paths.assign(arguments.paths.begin(), arguments.paths.end());
  wanted.variant = arguments.variant;
  wanted.options = arguments.options;
  // A violation ends the search, and a buggy variant is to be seen to its end.
  if (!wanted.options.properties)
    wanted.options.properties = std::vector<std::string>{std::string(property::kNoProperty)};
  Result<std::vector<Run>> runs = plan(wanted, resources.value());
  if (!runs.ok()) return print_error(runs.error()), exit_code_of(runs.error());

  const bool as_text = arguments.format == "text";
  const report::Style style{output_width(stdout), use_colour(stdout)};
  std::vector<report::CaseReport> reports;
  Verdict worst = Verdict::Pass;
  bool warned = false;
  for (Run& run : runs.value()) {
    run.request.audit = true;
    report::CaseReport report = execute(run);
    worst = worse(worst, report.answer.verdict);
    warned = warned || has_warnings(report.answer);
    if (as_text) {
      fmt::print("{}{}", run.label == runs.value().front().label ? "" : "\n", report::audit_text(report, style));
      std::fflush(stdout);
    } else {
      reports.push_back(std::move(report));
    }
  }
  int code = exit_code(worst);
  if (warned && arguments.fail_on_warning && code == kExitPass) code = kExitFail;
  if (!as_text) fmt::print("{}", report::to_text(report::document(reports, code)));
  return code;
}

}  // namespace

void add_audit_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<AuditArguments>();
  CLI::App* command = app.add_subcommand("audit", "Who executes TLB and root operations, in which circumstances");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them")->required();
  command->add_option("--variant", arguments->variant, "Only this variant")->type_name("NAME");
  add_options(*command, arguments->options, true, "none");
  command->footer(
      "Exit codes: 0 all states were seen, 1 --fail-on-warning and there is one, or a property that\n"
      "--property names is violated, 2 usage, 3 BOUNDED, 4 no operation was executed, 5 UNSUPPORTED,\n"
      "6 compile error, 7 internal; of several cases the first of 7, 6, 5, 1, 4, 3 that occurred.");
  command->add_option("--format", arguments->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--fail-on-warning", arguments->fail_on_warning, "Exit with 1 if there is a warning");
  command->callback([arguments, &session] { session.exit_code = audit_all(*arguments); });
}

}  // namespace shootdown::cli
