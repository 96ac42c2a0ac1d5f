// The names of machines, features and verdicts: one table for options, scenario headers, traces and reports.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.hpp"

namespace shootdown::check {

struct MachineEntry {
  system::MachineKind kind;
  frontend::Target target;
  std::string_view name;
  std::string_view meaning;
  std::string_view features;          // all it can have, separated by commas
  std::string_view default_features;  // what it has unless told otherwise
  system::MemoryModel memory;         // unless told otherwise; sequential consistency can always be asked for
  unsigned most_cpus;
  std::string_view not_explored = {};  // see not_explored()
};

inline constexpr std::array<MachineEntry, 5> kMachines{{
    {system::MachineKind::X86_64, frontend::Target::X86_64, "x86-64", "x86-64, 4-level paging",
     "pge,pse,nx,pcid,invpcid,invlpgb", "pge,pse,nx", system::MemoryModel::TotalStoreOrder, 64},
    {system::MachineKind::I386, frontend::Target::I386, "i386", "x86, 32 bits, 2-level paging", "pge,pse,pcid,invpcid",
     "pge,pse", system::MemoryModel::TotalStoreOrder, 64},
    {system::MachineKind::Arm64, frontend::Target::Arm64, "arm64", "arm64, 4 KiB granule, 39-bit addresses",
     "asid1,asid2,asid3,asid4,asid8,asid16,tlbrange,ttl,ets2,haf,hafdbs", "asid8,tlbrange",
     system::MemoryModel::UnorderedStores, 64, "load reordering"},
    {system::MachineKind::S390x, frontend::Target::S390x, "s390x", "s390x, region, segment and page tables",
     "idte,lc,crdte", "idte", system::MemoryModel::TotalStoreOrder, 64},
    {system::MachineKind::Armv5, frontend::Target::Armv5, "armv5", "ARMv5 (ARM926EJ-S), 2-level tables, one CPU", "",
     "", system::MemoryModel::SequentialConsistency, 1, "the virtually tagged data cache"},
}};

// The machine called NAME, or nullptr.
const MachineEntry* find_machine(std::string_view name);
const MachineEntry& machine_entry(system::MachineKind kind);
// What a PASS with `configuration` leaves out, beyond docs/pass.md; empty: nothing.
std::string_view not_explored(const system::Configuration& configuration);

// "a,b,c" as its words; "" has none.
std::vector<std::string> split_list(std::string_view list);
std::string join_list(std::span<const std::string> words, std::string_view separator = ",");

// "sc", "tso"
std::string_view memory_model_name(system::MemoryModel model);
std::optional<system::MemoryModel> find_memory_model(std::string_view name);
// "pge,pse", "none"; "pge,pse/pse" where the CPUs differ.
std::string features_text(const system::Configuration& configuration);

// "PASS", "FAIL", ..., as scenario headers and reports write it.
std::string_view verdict_name(Verdict verdict);
// The verdict that a scenario header calls NAME.
std::optional<Verdict> find_verdict(std::string_view name);

// The options which, given to `shootdown check` besides file, variant and machine, make this request again.
std::vector<std::string> option_words(const Request& request);

}  // namespace shootdown::check
