// shootdown test PATH...: every declared case against its declared verdict.
#include <fmt/format.h>

#include "check/names.hpp"
#include "cli/command.hpp"
#include "cli/execute.hpp"
#include "cli/options.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "cli/test_table.hpp"

namespace shootdown::cli {
namespace {

struct TestArguments {
  std::vector<std::string> paths;
  std::string variant;
  std::vector<std::string> levels;
  unsigned jobs = 1;
  Options limits;
};

int test_all(const TestArguments& arguments) {
  const Result<Resources> resources = find_resources();
  if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
  PlanRequest wanted;
  wanted.paths.assign(arguments.paths.begin(), arguments.paths.end());
  wanted.variant = arguments.variant;
  wanted.options = arguments.limits;
  wanted.levels = arguments.levels;
  wanted.collapse = false;
  const Result<std::vector<Run>> runs = plan(wanted, resources.value());
  if (!runs.ok()) return print_error(runs.error()), exit_code_of(runs.error());
  return run_table(runs.value(), arguments.jobs);
}

}  // namespace

void add_test_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<TestArguments>();
  CLI::App* command = app.add_subcommand("test", "Check every case of the scenarios against its declared verdict");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them")->required();
  command->add_option("--variant", arguments->variant, "Only this variant")->type_name("NAME");
  command
      ->add_option_function<std::vector<std::string>>(
          "-O",
          [arguments](const std::vector<std::string>& levels) {
            for (const std::string& level : levels) {
              arguments->levels.push_back(optimisation_level(level));
              if (arguments->levels.back().empty())
                throw CLI::ValidationError("-O", fmt::format("'{}' is not 0, 1 or 2", level));
            }
          },
          "Optimisation level: 0, 1 or 2 (repeatable; default 1)")
      ->type_name("LEVEL")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--jobs", arguments->jobs, "Cases to check at the same time (default 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  add_limit_options(*command, arguments->limits);
  command->callback([arguments, &session] { session.exit_code = test_all(*arguments); });
}

}  // namespace shootdown::cli
