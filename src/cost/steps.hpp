// The graph of all steps of a search, each with what was done in it.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cost/findings.hpp"

namespace shootdown::cost {

// What is counted: a row without its CPU.
struct Measure {
  Counted counted = Counted::RootLoads;
  std::string kind, scope;
  friend auto operator<=>(const Measure&, const Measure&) = default;
};

inline constexpr std::uint32_t kBootContext = 0;  // as a task it begins with the execution: no event says so

// One thing done in a step.
struct Event {
  enum class Kind : std::uint8_t { Count, Begin, End } kind = Kind::Count;
  std::uint8_t cpu = 0;
  // Handlers of interrupts that nothing in the context itself caused, of those that it is in.
  std::uint8_t depth = 0;
  bool remote = false;        // in the handler of an interrupt that was sent, or by the hardware for another CPU
  std::uint32_t context = 0;  // that does it
  std::uint32_t what = 0;     // Count: a measure, else a name
  std::uint32_t amount = 0;   // Count
  friend auto operator<=>(const Event&, const Event&) = default;
};

using Label = std::vector<Event>;  // in the order in which they were done

struct Steps {
  struct Step {
    std::uint32_t target, label;
    friend auto operator<=>(const Step&, const Step&) = default;
  };
  std::vector<std::uint32_t> first;  // by state: its first step; states that were not expanded have none
  std::vector<Step> steps;
  std::vector<bool> rests;  // by state: every context has finished that is to finish
  std::vector<Label> labels{{}};
  std::map<Label, std::uint32_t> numbers{{{}, 0}};  // of the labels
  std::vector<Measure> measures;
  std::vector<std::string> names;

  [[nodiscard]] std::uint32_t end_of(std::uint32_t state) const {
    return state + 1 < first.size() ? first[state + 1] : static_cast<std::uint32_t>(steps.size());
  }
};

}  // namespace shootdown::cost
