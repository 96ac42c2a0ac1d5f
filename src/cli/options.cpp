#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>

#include "check/names.hpp"
#include "property/catalogue.hpp"

namespace shootdown::cli {
namespace {

constexpr unsigned kMostCpus = 8;
constexpr unsigned kMostBuffered = 64;

[[noreturn]] void refuse(std::string_view option, const std::string& message) {
  throw CLI::ValidationError(std::string(option), message);
}

std::uint64_t read_number(std::string_view option, const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    refuse(option, fmt::format("'{}' is not a number from {} to {}", text, least, most));
  return number;
}

std::string machine_names() {
  std::string names;
  for (const check::MachineEntry& entry : check::kMachines)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.name);
  return names;
}

std::string property_names() {
  std::string names;
  for (const property::Entry& entry : property::kCatalogue)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.name);
  return names;
}

std::string feature_names() {
  std::vector<std::string> names;
  for (const check::MachineEntry& entry : check::kMachines)
    for (std::string& name : check::split_list(entry.features))
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  return check::join_list(names, ", ");
}

bool is_feature(const std::string& name) {
  return std::any_of(check::kMachines.begin(), check::kMachines.end(), [&](const check::MachineEntry& entry) {
    const std::vector<std::string> names = check::split_list(entry.features);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

void set_features(Options& options, const std::string& text) {
  options.cpu_features.emplace();
  for (std::string_view rest = text;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view set = rest.substr(0, slash);
    std::vector<std::string> names;
    if (set != "none") names = check::split_list(set);
    for (const std::string& name : names)
      if (!is_feature(name))
        refuse("--cpu-features", fmt::format("no feature '{}'; there are: {}, or none", name, feature_names()));
    options.cpu_features->push_back(std::move(names));
    if (slash == std::string_view::npos) return;
    rest = rest.substr(slash + 1);
  }
}

void set_properties(Options& options, const std::string& text) {
  if (text == "all") {
    options.properties.emplace();
    return;
  }
  std::vector<std::string> names = check::split_list(text);
  if (names.empty()) refuse("--property", fmt::format("names none; there are: {}, or all", property_names()));
  for (const std::string& name : names)
    if (property::find(name) == nullptr)
      refuse("--property", fmt::format("no property '{}'; there are: {}, or all", name, property_names()));
  options.properties = std::move(names);
}

void add_define(Options& options, const std::string& text) {
  const std::size_t equals = text.find('=');
  std::string name = text.substr(0, equals);
  const bool valid =
      !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!valid) refuse("-D", fmt::format("'{}' is not NAME or NAME=VALUE", text));
  options.defines.emplace_back(std::move(name), equals == std::string::npos ? "1" : text.substr(equals + 1));
}

template <class Function>
void add(CLI::App& app, const std::string& name, const std::string& type, const std::string& description,
         Function function) {
  app.add_option_function<std::string>(name, function, description)->type_name(type);
}

}  // namespace

void add_limit_options(CLI::App& app, Options& options) {
  add(app, "--max-states", "N", "Stop as BOUNDED after N states",
      [&options](const std::string& text) { options.max_states = read_number("--max-states", text, 1, UINT64_MAX); });
  add(app, "--max-memory", "SIZE", "Stop as BOUNDED when Shootdown has taken SIZE: 512M, 2G (default 3/4 of the RAM)",
      [&options](const std::string& text) {
        options.max_memory = parse_size(text);
        if (!options.max_memory) refuse("--max-memory", fmt::format("'{}' is not a size such as 512M or 2G", text));
      });
  add(app, "--timeout", "SECONDS", "Stop as BOUNDED after SECONDS for a case: 90, 1.5, 2m",
      [&options](const std::string& text) {
        options.timeout_seconds = parse_seconds(text);
        if (!options.timeout_seconds)
          refuse("--timeout", fmt::format("'{}' is not a time in seconds, or such as 2m or 1h", text));
      });
}

void add_options(CLI::App& app, Options& options, bool with_optimisation, std::string_view judged) {
  app.add_option_function<std::vector<std::string>>(
         "-D",
         [&options](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) add_define(options, text);
         },
         "Define a macro for the scenario (repeatable)")
      ->type_name("NAME[=VALUE]")
      ->type_size(1)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  add(app, "--machine", "NAME", "Machine to check on: " + machine_names(), [&options](const std::string& text) {
    if (check::find_machine(text) == nullptr)
      refuse("--machine", fmt::format("no machine '{}'; there are: {}", text, machine_names()));
    options.machine = text;
  });
  add(app, "--cpu-features", "LIST",
      "Features the CPUs have, separated by commas: " + feature_names() +
          ", or none; where they differ a list for CPU 0, 1, ..., separated by slashes",
      [&options](const std::string& text) { set_features(options, text); });
  add(app, "--cpus", "N", fmt::format("Number of CPUs (1 to {})", kMostCpus), [&options](const std::string& text) {
    options.cpus = static_cast<unsigned>(read_number("--cpus", text, 1, kMostCpus));
  });
  add(app, "--memory", "NAME",
      "How stores reach memory: through a buffer of each CPU that keeps their order (tso: x86, s390x) or does not "
      "(unordered: arm64), or sc, at once",
      [&options](const std::string& text) {
        options.memory_model = check::find_memory_model(text);
        if (!options.memory_model)
          refuse("--memory", fmt::format("no memory model '{}'; there are: sc, tso, unordered", text));
      });
  add(app, "--store-buffer", "N", "Stores that a CPU may have buffered; more is BOUNDED (default 8)",
      [&options](const std::string& text) {
        options.store_buffer = static_cast<unsigned>(read_number("--store-buffer", text, 1, kMostBuffered));
      });
  add(app, "--property", "LIST",
      fmt::format("Properties to judge, separated by commas, or all (default {}; see `list --properties`)", judged),
      [&options](const std::string& text) { set_properties(options, text); });
  app.add_option_function<std::vector<std::string>>(
         "--leave-out",
         [&options](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             Result<omit::Selector> selector = omit::parse_selector(text);
             if (!selector.ok()) refuse("--leave-out", selector.error().message);
             options.leave_out.push_back(std::move(selector).value());
           }
         },
         "Check without a barrier, guard, interrupt-off section or flush (repeatable; `necessary` tries each)")
      ->type_name("[WHAT@]FILE:LINE")
      ->type_size(1)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  if (with_optimisation)
    add(app, "-O", "LEVEL", "Optimisation that the scenario is compiled with: 0, 1 or 2 (default 1)",
        [&options](const std::string& text) {
          options.optimisation = optimisation_level(text);
          if (options.optimisation->empty()) refuse("-O", fmt::format("'{}' is not 0, 1 or 2", text));
        });
  add_limit_options(app, options);
}

Result<Options> parse_words(const std::vector<std::string>& words) {
  Options options;
  CLI::App app;
  app.set_help_flag();
  add_options(app, options);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) { return Error{ErrorKind::Usage, error.what(), "", 0}; }
  return options;
}

Options merge(Options base, const Options& over) {
  const auto take = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  take(base.machine, over.machine);
  take(base.cpu_features, over.cpu_features);
  take(base.cpus, over.cpus);
  take(base.memory_model, over.memory_model);
  take(base.store_buffer, over.store_buffer);
  take(base.properties, over.properties);
  take(base.optimisation, over.optimisation);
  take(base.max_states, over.max_states);
  take(base.max_memory, over.max_memory);
  take(base.timeout_seconds, over.timeout_seconds);
  base.leave_out.insert(base.leave_out.end(), over.leave_out.begin(), over.leave_out.end());
  for (const auto& define : over.defines) {
    std::erase_if(base.defines, [&](const auto& other) { return other.first == define.first; });
    base.defines.push_back(define);
  }
  return base;
}

namespace {

// FEATURES in the order of the machine's table, each once, so that equal sets are equal lists.
Result<std::vector<std::string>> ordered_features(const check::MachineEntry& machine,
                                                  const std::vector<std::string>& features) {
  const std::vector<std::string> possible = check::split_list(machine.features);
  for (const std::string& feature : features)
    if (std::find(possible.begin(), possible.end(), feature) == possible.end())
      return Error{ErrorKind::Usage,
                   fmt::format("{} has no feature '{}'; it can have: {}", machine.name, feature, machine.features), "",
                   0};
  std::vector<std::string> ordered;
  for (const std::string& feature : possible)
    if (std::find(features.begin(), features.end(), feature) != features.end()) ordered.push_back(feature);
  return ordered;
}

Result<bool> set_features(const Options& options, const check::MachineEntry& machine,
                          system::Configuration& configuration) {
  configuration.cpu_features = check::split_list(machine.default_features);
  configuration.per_cpu_features.clear();
  if (!options.cpu_features) return true;
  std::vector<std::vector<std::string>> sets;
  for (const std::vector<std::string>& features : *options.cpu_features) {
    Result<std::vector<std::string>> ordered = ordered_features(machine, features);
    if (!ordered.ok()) return ordered.error();
    sets.push_back(std::move(ordered).value());
  }
  configuration.cpu_features = sets.front();
  if (std::adjacent_find(sets.begin(), sets.end(), std::not_equal_to<>()) != sets.end())
    configuration.per_cpu_features = std::move(sets);
  return true;
}

}  // namespace

Result<bool> apply(const Options& options, check::Request& request) {
  const check::MachineEntry& machine =
      *check::find_machine(options.machine.value_or(std::string(check::kMachines.front().name)));
  const Result<bool> features = set_features(options, machine, request.configuration);
  if (!features.ok()) return features.error();
  request.configuration.machine = machine.kind;
  const system::Configuration usual;
  request.configuration.memory = options.memory_model.value_or(machine.memory);
  if (request.configuration.memory != machine.memory &&
      request.configuration.memory != system::MemoryModel::SequentialConsistency)
    return Error{ErrorKind::Usage,
                 fmt::format("--memory {}: on {} stores are {}, or sc", check::memory_model_name(*options.memory_model),
                             machine.name, check::memory_model_name(machine.memory)),
                 "", 0};
  request.configuration.store_buffer = options.store_buffer.value_or(usual.store_buffer);
  request.configuration.cpus = options.cpus.value_or(1);
  if (request.configuration.cpus > machine.most_cpus)
    return Error{ErrorKind::Usage, fmt::format("--cpus: {} has at most {}", machine.name, machine.most_cpus), "", 0};
  if (request.configuration.per_cpu_features.size() > request.configuration.cpus)
    return Error{ErrorKind::Usage,
                 fmt::format("--cpu-features: {} lists for {} CPU{}", request.configuration.per_cpu_features.size(),
                             request.configuration.cpus, request.configuration.cpus == 1 ? "" : "s"),
                 "", 0};
  request.configuration.properties = options.properties.value_or(std::vector<std::string>{});
  request.configuration.leave_out = options.leave_out;
  request.compile.target = machine.target;
  request.compile.optimisation = options.optimisation.value_or("O1");
  request.compile.defines = options.defines;
  request.limits.max_states = options.max_states.value_or(0);
  request.limits.max_memory = options.max_memory.value_or(0);
  request.limits.timeout_seconds = options.timeout_seconds.value_or(0);
  return true;
}

}  // namespace shootdown::cli
