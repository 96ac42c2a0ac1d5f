// The names of the properties: for options, scenario headers, reports.
#pragma once

#include <array>
#include <string_view>

#include "machine/operations.hpp"

namespace shootdown::property {

struct Entry {
  std::string_view name;
  std::string_view title;    // for a verdict line: "wrong page table"
  std::string_view meaning;  // one sentence
};

inline constexpr std::array<Entry, 14> kCatalogue{{
    {"wrong-page-table", "wrong page table", "user mode runs on another page table than its context expects"},
    {"foreign-translation", "translation of another address space",
     "an access uses a translation cached from another address space's root under the same tag"},
    {"supervisor-under-user-tag", "supervisor-only translation under a user tag",
     "a translation of a supervisor-only page may be cached under a tag of user mode, from a root that is not a user "
     "root"},
    {"revoked-translation", "revoked translation", "an access uses a translation that a completed operation took away"},
    {"freed-page", "freed page", "a freed page, or a freed page-table page, is used"},
    {"page-size-conflict", "page-size conflict", "an access finds translations of different page size for one address"},
    {"break-before-make", "break-before-make",
     "a valid table entry is changed in a way that needs it to be invalid, and removed from TLBs, in between (arm64)"},
    {"attach-rule", "attach rule", "an ordinary store changes a valid table entry that another CPU may use (s390x)"},
    {"architectural-fault", "architectural fault", "a fault or an interrupt comes, and no handler is set for it"},
    {"memory-fault", "memory fault", "kernel code touches the null page, memory that is no object, or a constant"},
    {"assertion", "assertion", "an sd_assert, BUG or __builtin_trap was hit"},
    {"atomic-context", "atomic context", "the kernel schedules in atomic context or its preempt count is unbalanced"},
    {"deadlock", "deadlock", "from here on nobody can make progress, and not all work is done"},
    {"livelock", "livelock", "a task faults for ever and never completes an access, while the hardware is fair"},
}};

// In a list of properties: none of them.
inline constexpr std::string_view kNoProperty = "none";

// Judged unless --property says otherwise. Not livelock: a loop that needs an unfair scheduler for ever is an error
// only where somebody says so.
constexpr bool by_default(std::string_view name) { return name != "livelock"; }

// What can happen on the machines of `family` only. On others it is not judged unless --property asks for it.
constexpr bool concerns(std::string_view name, machine::Family family) {
  if (name == "break-before-make") return family == machine::Family::Arm64;
  return name != "attach-rule" || family == machine::Family::S390;
}

// Index of a name in the catalogue; kCatalogue.size() if it is none.
constexpr std::size_t index_of(std::string_view name) {
  std::size_t index = 0;
  while (index < kCatalogue.size() && kCatalogue[index].name != name) ++index;
  return index;
}

inline constexpr std::size_t kMemoryFault = index_of("memory-fault");
inline constexpr std::size_t kArchitecturalFault = index_of("architectural-fault");
inline constexpr std::size_t kAssertion = index_of("assertion");

// Judged by whatever code does at all, so that having judged them is no evidence that a scenario does anything.
constexpr bool any_code_evaluates(std::string_view name) {
  return name == "deadlock" || name == "livelock" || name == "memory-fault" || name == "architectural-fault" ||
         name == "break-before-make";
}

constexpr const Entry* find(std::string_view name) {
  for (const Entry& e : kCatalogue)
    if (e.name == name) return &e;
  return nullptr;
}

}  // namespace shootdown::property
