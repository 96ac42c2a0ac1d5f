// What a run is checked with: machine, number of CPUs, their features, selected properties.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machine/operations.hpp"
#include "omit/site.hpp"

namespace shootdown::system {

// How stores reach memory: at once, through a first-in first-out buffer of each CPU (total store order), or through one
// that keeps only what barriers, releases and equal addresses order (arm64). Loads are in program order in all of them.
enum class MemoryModel : std::uint8_t { SequentialConsistency, TotalStoreOrder, UnorderedStores };

enum class MachineKind : std::uint8_t { X86_64, I386, Arm64, S390x, Armv5 };

constexpr machine::Family family(MachineKind kind) {
  switch (kind) {
    case MachineKind::X86_64:
    case MachineKind::I386: return machine::Family::X86;
    case MachineKind::Arm64: return machine::Family::Arm64;
    case MachineKind::S390x: return machine::Family::S390;
    case MachineKind::Armv5: break;
  }
  return machine::Family::Arm;
}

struct Configuration {
  MachineKind machine = MachineKind::X86_64;
  unsigned cpus = 1;
  // One set for all CPUs. Names: those of check/names.hpp for the machine.
  std::vector<std::string> cpu_features{"pge", "pse", "nx"};
  // Sets of CPU 0, 1, ... where they are not all equal; the last one stands for the rest. Empty: cpu_features.
  std::vector<std::vector<std::string>> per_cpu_features;
  // With one CPU a buffer cannot be told from memory, and none is kept.
  MemoryModel memory = MemoryModel::TotalStoreOrder;
  unsigned store_buffer = 8;            // stores a CPU may have buffered; more is BOUNDED
  std::vector<std::string> properties;  // names; empty: all; property::kNoProperty: none
  // An access that has used a page's current translation never goes back to an older cached one. Off on every real
  // machine; used to say of a failure whether it needs "new, then old".
  bool monotone_tlb = false;
  std::vector<omit::Selector> leave_out;  // what of the program is not done
  bool collect_sites = false;             // say in Facts what could be left out
};

}  // namespace shootdown::system
