// Breadth-first search over states kept whole, in the plainest way: a vector of states, a table of their numbers. For
// every naive machine.
//
// Machine: a type State (without padding, its size a multiple of 8), a type Step, initial(), steps(state, emit) with
// emit(state, step, violated), violated_in(state), describe(state before, step), kPropertyCount, and kEnds: the
// properties after whose violation there is nothing.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace shootdown::naive {

// What a search found.
struct Found {
  unsigned violated = 0;  // bit set of properties
  std::uint64_t states = 0;
  bool complete = true;             // false: more states than the limit
  std::vector<std::string> traces;  // of the shortest run that violates each, if asked for
};

template <class Machine>
class Explorer {
 public:
  using State = typename Machine::State;
  using Step = typename Machine::Step;

  explicit Explorer(const Machine& machine) : machine_(machine) {}

  Found explore(std::uint64_t limit, bool with_traces) {
    Found found;
    found.traces.resize(Machine::kPropertyCount);
    const auto note = [&](unsigned violated, std::uint32_t number, const Step* last) {
      for (unsigned property = 0; property < Machine::kPropertyCount; ++property)
        if (((violated >> property) & 1) != 0 && ((found.violated >> property) & 1) == 0) {
          found.violated |= 1u << property;
          if (with_traces) found.traces[property] = trace(number, last);
        }
    };
    bool fresh = false;
    note(machine_.violated_in(machine_.initial()), add(machine_.initial(), {}, fresh), nullptr);
    for (std::uint32_t number = 0; number < states_.size(); ++number) {
      if (states_.size() > limit) {
        found.complete = false;
        break;
      }
      const State state = states_[number];
      machine_.steps(state, [&](const State& after, Step step, unsigned violated) {
        if (violated != 0) note(violated, number, &step);
        if ((violated & Machine::kEnds) != 0) return;
        const std::uint32_t target = add(after, {number, step}, fresh);
        if (fresh) note(machine_.violated_in(after), target, nullptr);
      });
    }
    found.states = states_.size();
    return found;
  }

 private:
  struct Origin {
    std::uint32_t parent = 0;
    Step step{};
  };
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static_assert(sizeof(State) % 8 == 0);

  static std::uint64_t hash(const State& state) {
    std::array<std::uint64_t, sizeof(State) / 8> words;
    std::memcpy(words.data(), &state, sizeof state);
    std::uint64_t value = 0x9e3779b97f4a7c15;
    for (const std::uint64_t word : words) {
      value = (value ^ word) * 0xff51afd7ed558ccd;
      value ^= value >> 32;
    }
    return value;
  }
  // The number of `state`; `fresh` says whether it was not there.
  std::uint32_t add(const State& state, Origin origin, bool& fresh) {
    if (2 * states_.size() >= table_.size()) grow();
    std::size_t at = hash(state) & (table_.size() - 1);
    for (; table_[at] != kNone; at = (at + 1) & (table_.size() - 1))
      if (std::memcmp(&states_[table_[at]], &state, sizeof state) == 0) {
        fresh = false;
        return table_[at];
      }
    fresh = true;
    table_[at] = static_cast<std::uint32_t>(states_.size());
    states_.push_back(state);
    origins_.push_back(origin);
    return table_[at];
  }
  void grow() {
    table_.assign(table_.empty() ? 1024 : 2 * table_.size(), kNone);
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
      std::size_t at = hash(states_[i]) & (table_.size() - 1);
      while (table_[at] != kNone) at = (at + 1) & (table_.size() - 1);
      table_[at] = i;
    }
  }
  std::string trace(std::uint32_t number, const Step* last) const {
    std::string text = last != nullptr ? "  " + machine_.describe(states_[number], *last) + "\n" : "";
    for (; number != 0; number = origins_[number].parent)
      text.insert(0, "  " + machine_.describe(states_[origins_[number].parent], origins_[number].step) + "\n");
    return text;
  }

  const Machine& machine_;
  std::vector<State> states_;
  std::vector<Origin> origins_;
  std::vector<std::uint32_t> table_;
};

}  // namespace shootdown::naive
