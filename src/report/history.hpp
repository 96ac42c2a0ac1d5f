// Questions about the events of a trace, for explanations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trace/trace.hpp"

namespace shootdown::report {

inline constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t page_of(std::uint64_t address) { return address & ~(kPageBytes - 1); }

// "CR3", "TTBR0_EL1", "CR1", "TTBR"; "root" of a machine that is not known.
std::string_view root_register(std::string_view machine);

class History {
 public:
  explicit History(const trace::Trace& trace) : trace_(trace) {}

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  [[nodiscard]] const trace::Event& operator[](std::size_t i) const { return trace_.events[i]; }
  [[nodiscard]] std::size_t size() const { return trace_.events.size(); }

  // The last event in [begin, end) that satisfies `wanted`; kNone if there is none.
  template <class Predicate>
  [[nodiscard]] std::size_t last(std::size_t begin, std::size_t end, Predicate wanted) const {
    for (std::size_t i = end; i-- > begin;)
      if (wanted(trace_.events[i])) return i;
    return kNone;
  }
  template <class Predicate>
  [[nodiscard]] std::size_t first(std::size_t begin, std::size_t end, Predicate wanted) const {
    for (std::size_t i = begin; i < end; ++i)
      if (wanted(trace_.events[i])) return i;
    return kNone;
  }

  // The event the violation is about: the last that is not itself of kind Violation.
  [[nodiscard]] std::size_t culprit() const;
  // The last load of a root on CPU before `end`.
  [[nodiscard]] std::size_t last_root_load(unsigned cpu, std::size_t end) const;
  // What the machine calls the register that holds the root of user accesses: "CR3", "TTBR0_EL1".
  [[nodiscard]] std::string_view root_register() const { return report::root_register(trace_.machine); }
  // The name of the table at ROOT, if some view or statement gives one.
  [[nodiscard]] std::string root_name(std::uint64_t root) const;

 private:
  const trace::Trace& trace_;
};

bool loads_root(const trace::Event& event);
bool reads_root(const trace::Event& event);
// Could cut a TLB: a load of a root, an invalidating instruction, the CPU's part of one that was broadcast.
bool may_cut_tlb(const trace::Event& event);
bool is_access(const trace::Event& event);
// "__flush_tlb (flush.h:12)" of the event's own place.
std::string where_text(const trace::Event& event);
// The same with its caller: "free_page (page_alloc.h:123), called by mmdrop".
std::string where_called_text(const trace::Event& event);
// "CPU0"
std::string cpu_text(unsigned cpu);

// Why a CPU has the root it has at event `at`: who loaded it, from a value read when, and who was resumed without a
// reload since. Sentences, each with a leading blank; empty if the events do not show it.
std::string root_story(const History& history, std::size_t at);
// One for each family of properties. `at` is the culprit.
std::string explain_root(const History& history, std::size_t at, const trace::Violation& violation);
std::string explain_translation(const History& history, std::size_t at, const trace::Violation& violation);
std::string explain_freed(const History& history, std::size_t at, const trace::Violation& violation);
std::string explain_deadlock(const History& history, const trace::Violation& violation);

}  // namespace shootdown::report
