// shootdown list: what there is to check, and what with.
#include <fmt/format.h>

#include <algorithm>

#include "check/names.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "cli/terminal.hpp"
#include "property/catalogue.hpp"
#include "scenario/scenario.hpp"

namespace shootdown::cli {
namespace {

struct ListArguments {
  std::vector<std::string> paths;
  bool properties = false;
  bool machines = false;
};

int list_properties() {
  for (const property::Entry& entry : property::kCatalogue) fmt::print("{:<26} {}\n", entry.name, entry.meaning);
  return kExitPass;
}

int list_machines() {
  for (const check::MachineEntry& entry : check::kMachines)
    fmt::print("{:<8} {}; features {} (default {})\n", entry.name, entry.meaning, entry.features,
               entry.default_features);
  return kExitPass;
}

void list_scenario(const scenario::Scenario& file) {
  fmt::print("{}\n", file.path.string());
  std::size_t width = 0;
  for (const scenario::Case& one : file.cases) width = std::max(width, one.variant.size());
  for (const scenario::Case& one : file.cases) {
    std::string line = fmt::format("  {:<{}}  {:<7} {:<11}", one.variant, width, one.machine, one.verdict);
    for (const std::string& word : {one.property, one.detail, check::join_list(one.options, " ")})
      if (!word.empty()) line += " " + word;
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

int list_scenarios(const ListArguments& arguments) {
  std::vector<std::filesystem::path> paths(arguments.paths.begin(), arguments.paths.end());
  if (paths.empty()) {
    const Result<Resources> resources = find_resources();
    if (!resources.ok()) return print_error(resources.error()), exit_code_of(resources.error());
    paths.push_back(resources.value().corpus);
  }
  const Result<std::vector<std::filesystem::path>> files = scenario::find(paths);
  if (!files.ok()) return print_error(files.error()), exit_code_of(files.error());
  for (const std::filesystem::path& path : files.value()) {
    const Result<scenario::Scenario> file = scenario::read(path);
    if (!file.ok()) return print_error(file.error()), exit_code_of(file.error());
    list_scenario(file.value());
  }
  return kExitPass;
}

}  // namespace

void add_list_command(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App* command = app.add_subcommand("list", "List scenarios with their variants and declared verdicts");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them (default: the corpus)");
  command->add_flag("--properties", arguments->properties, "List the properties instead");
  command->add_flag("--machines", arguments->machines, "List the machines and their features instead");
  command->callback([arguments, &session] {
    if (arguments->properties)
      session.exit_code = list_properties();
    else if (arguments->machines)
      session.exit_code = list_machines();
    else
      session.exit_code = list_scenarios(*arguments);
  });
}

}  // namespace shootdown::cli
