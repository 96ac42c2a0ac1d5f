#include "cli/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "check/names.hpp"
#include "cli/memory.hpp"

namespace shootdown::cli {
namespace {

namespace fs = std::filesystem;

bool same_run(const Run& a, const Run& b) {
  const auto& x = a.request;
  const auto& y = b.request;
  return x.compile.source == y.compile.source && x.compile.variant == y.compile.variant &&
         check::option_words(x) == check::option_words(y) && x.configuration.machine == y.configuration.machine &&
         x.limits.max_states == y.limits.max_states && x.limits.max_memory == y.limits.max_memory &&
         x.limits.timeout_seconds == y.limits.timeout_seconds;
}

Result<Run> make_run(const scenario::Scenario& file, const scenario::Case& declared, const Options& over,
                     const Resources& resources) {
  Options base;
  base.machine = declared.machine;
  base.cpus = declared.cpus;
  const Result<Options> own = parse_words(declared.options);
  if (!own.ok()) return Error{ErrorKind::Compile, own.error().message, file.path.string(), declared.line};
  Run run;
  run.declared = declared;
  run.request.compile.source = file.path;
  run.request.compile.variants = file.variants;
  run.request.compile.variant = declared.variant;
  run.request.compile.include_directories = resources.include_directories;
  const Result<bool> applied = apply(merge(merge(base, own.value()), over), run.request);
  if (!applied.ok()) return applied.error();
  if (run.request.limits.max_memory == 0) run.request.limits.max_memory = default_memory_limit();
  run.label = scenario_name(file.path) + "/" + declared.variant;
  return run;
}

std::string distinction(const Run& run, unsigned how_much) {
  std::string text(check::machine_entry(run.request.configuration.machine).name);
  if (how_much > 1) {
    const std::vector<std::string> words = check::option_words(run.request);
    if (!words.empty()) text += " " + check::join_list(words, " ");
  }
  if (how_much > 2) text += fmt::format(", line {}", run.declared.line);
  return text;
}

// Runs with equal labels get their machine, if that is not enough their options, at last their line.
void tell_apart(std::vector<Run>& runs) {
  for (unsigned how_much = 1; how_much <= 3; ++how_much) {
    std::map<std::string, unsigned> seen;
    for (const Run& run : runs) ++seen[run.label];
    for (Run& run : runs) {
      if (seen[run.label] < 2) continue;
      run.label = fmt::format("{}/{} [{}]", scenario_name(run.request.compile.source), run.declared.variant,
                              distinction(run, how_much));
    }
  }
}

Error no_such_variant(const std::string& variant, const std::vector<std::string>& known) {
  return {ErrorKind::Usage, fmt::format("no variant '{}'; there are: {}", variant, check::join_list(known, ", ")), "",
          0};
}

}  // namespace

std::string scenario_name(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const std::string stem = absolute.stem().string();
  const std::string folder = absolute.parent_path().filename().string();
  return stem == "scenario" || folder.ends_with("-" + stem) ? folder : stem;
}

Result<std::vector<Run>> plan(const PlanRequest& request, const Resources& resources) {
  const Result<std::vector<fs::path>> files = scenario::find(request.paths);
  if (!files.ok()) return files.error();
  std::vector<Run> runs;
  std::vector<std::string> known;
  for (const fs::path& path : files.value()) {
    const Result<scenario::Scenario> file = scenario::read(path);
    if (!file.ok()) return file.error();
    for (const std::string& variant : file.value().variants)
      if (std::find(known.begin(), known.end(), variant) == known.end()) known.push_back(variant);
    for (const scenario::Case& declared : file.value().cases) {
      if (!request.variant.empty() && declared.variant != request.variant) continue;
      std::vector<std::optional<std::string>> levels(request.levels.begin(), request.levels.end());
      if (levels.empty()) levels.push_back(request.options.optimisation);
      for (const std::optional<std::string>& level : levels) {
        Options over = request.options;
        over.optimisation = level;
        Result<Run> run = make_run(file.value(), declared, over, resources);
        if (!run.ok()) return run.error();
        const auto same = [&](const Run& other) { return same_run(run.value(), other); };
        if (request.collapse && std::any_of(runs.begin(), runs.end(), same)) continue;
        runs.push_back(std::move(run).value());
      }
    }
  }
  if (runs.empty() && !request.variant.empty()) return no_such_variant(request.variant, known);
  tell_apart(runs);
  return runs;
}

}  // namespace shootdown::cli
