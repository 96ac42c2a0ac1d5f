#include "check/names.hpp"

#include <fmt/format.h>

#include "property/catalogue.hpp"

namespace shootdown::check {
namespace {

struct VerdictEntry {
  Verdict verdict;
  std::string_view name;
};

constexpr std::array<VerdictEntry, 8> kVerdicts{{
    {Verdict::Pass, "PASS"},
    {Verdict::Fail, "FAIL"},
    {Verdict::Usage, "USAGE"},
    {Verdict::Bounded, "BOUNDED"},
    {Verdict::Vacuous, "VACUOUS"},
    {Verdict::Unsupported, "UNSUPPORTED"},
    {Verdict::CompileError, "COMPILE-ERROR"},
    {Verdict::Internal, "INTERNAL"},
}};

}  // namespace

const MachineEntry* find_machine(std::string_view name) {
  for (const MachineEntry& entry : kMachines)
    if (entry.name == name) return &entry;
  return nullptr;
}

std::string_view not_explored(const system::Configuration& configuration) {
  return machine_entry(configuration.machine).not_explored;
}

const MachineEntry& machine_entry(system::MachineKind kind) {
  for (const MachineEntry& entry : kMachines)
    if (entry.kind == kind) return entry;
  return kMachines.front();
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (comma != 0) words.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return words;
}

std::string join_list(std::span<const std::string> words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::string_view memory_model_name(system::MemoryModel model) {
  switch (model) {
    case system::MemoryModel::SequentialConsistency: return "sc";
    case system::MemoryModel::TotalStoreOrder: return "tso";
    case system::MemoryModel::UnorderedStores: return "unordered";
  }
  return {};
}

std::optional<system::MemoryModel> find_memory_model(std::string_view name) {
  for (const system::MemoryModel model : {system::MemoryModel::SequentialConsistency,
                                          system::MemoryModel::TotalStoreOrder, system::MemoryModel::UnorderedStores})
    if (memory_model_name(model) == name) return model;
  return std::nullopt;
}

std::string features_text(const system::Configuration& configuration) {
  const auto one = [](const std::vector<std::string>& set) { return set.empty() ? "none" : join_list(set); };
  if (configuration.per_cpu_features.empty()) return one(configuration.cpu_features);
  std::string text;
  for (const std::vector<std::string>& set : configuration.per_cpu_features)
    text += (text.empty() ? "" : "/") + one(set);
  return text;
}

std::string_view verdict_name(Verdict verdict) {
  for (const VerdictEntry& entry : kVerdicts)
    if (entry.verdict == verdict) return entry.name;
  return "INTERNAL";
}

std::optional<Verdict> find_verdict(std::string_view name) {
  for (const VerdictEntry& entry : kVerdicts)
    if (entry.name == name) return entry.verdict;
  return std::nullopt;
}

std::vector<std::string> option_words(const Request& request) {
  std::vector<std::string> words;
  const auto option = [&](std::string_view name, std::string value) {
    words.emplace_back(name);
    words.push_back(std::move(value));
  };
  const system::Configuration& configuration = request.configuration;
  if (configuration.cpus != 1) option("--cpus", std::to_string(configuration.cpus));
  const system::Configuration usual;
  if (features_text(configuration) != machine_entry(configuration.machine).default_features)
    option("--cpu-features", features_text(configuration));
  if (configuration.memory != machine_entry(configuration.machine).memory)
    option("--memory", std::string(memory_model_name(configuration.memory)));
  if (configuration.store_buffer != usual.store_buffer)
    option("--store-buffer", std::to_string(configuration.store_buffer));
  if (!configuration.properties.empty() && configuration.properties.front() != property::kNoProperty)
    option("--property", join_list(configuration.properties));
  if (request.compile.optimisation != "O1") option("-O", request.compile.optimisation.substr(1));
  for (const omit::Selector& selector : configuration.leave_out) option("--leave-out", omit::to_text(selector));
  for (const auto& [name, value] : request.compile.defines) option("-D", fmt::format("{}={}", name, value));
  return words;
}

}  // namespace shootdown::check
