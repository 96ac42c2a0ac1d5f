// Breadth-first search over states kept whole, in the plainest way: a vector of states, a table of their numbers.
#include "machine.hpp"

namespace shootdown::naive {
namespace {

std::uint64_t hash(const State& state) {
  std::array<std::uint64_t, sizeof(State) / 8> words;
  std::memcpy(words.data(), &state, sizeof state);
  std::uint64_t value = 0x9e3779b97f4a7c15;
  for (const std::uint64_t word : words) {
    value = (value ^ word) * 0xff51afd7ed558ccd;
    value ^= value >> 32;
  }
  return value;
}
static_assert(sizeof(State) % 8 == 0);

struct Origin {
  std::uint32_t parent = 0;
  Step step;
};

class States {
 public:
  // The number of `state`; `fresh` says whether it was not there.
  std::uint32_t add(const State& state, Origin origin, bool& fresh) {
    if (2 * states.size() >= table_.size()) grow();
    std::size_t at = hash(state) & (table_.size() - 1);
    for (; table_[at] != kNone; at = (at + 1) & (table_.size() - 1))
      if (states[table_[at]] == state) {
        fresh = false;
        return table_[at];
      }
    fresh = true;
    table_[at] = static_cast<std::uint32_t>(states.size());
    states.push_back(state);
    origins.push_back(origin);
    return table_[at];
  }
  std::vector<State> states;
  std::vector<Origin> origins;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  void grow() {
    table_.assign(std::max<std::size_t>(1024, 2 * table_.size()), kNone);
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      std::size_t at = hash(states[i]) & (table_.size() - 1);
      while (table_[at] != kNone) at = (at + 1) & (table_.size() - 1);
      table_[at] = i;
    }
  }
  std::vector<std::uint32_t> table_;
};

std::string trace(const Machine& machine, const States& all, std::uint32_t number, const Step* last) {
  std::string text = last != nullptr ? "  " + machine.describe(all.states[number], *last) + "\n" : "";
  for (; number != 0; number = all.origins[number].parent)
    text.insert(0, "  " + machine.describe(all.states[all.origins[number].parent], all.origins[number].step) + "\n");
  return text;
}

}  // namespace

Found explore(const Kernel& kernel, unsigned capacity, std::uint64_t limit, bool with_traces) {
  const Machine machine(kernel, capacity);
  Found found;
  States all;
  const auto note = [&](unsigned violated, std::uint32_t number, const Step* last) {
    for (unsigned property = 0; property < kProperties; ++property)
      if (((violated >> property) & 1) != 0 && ((found.violated >> property) & 1) == 0) {
        found.violated |= 1u << property;
        if (with_traces) found.traces[property] = trace(machine, all, number, last);
      }
  };
  bool fresh = false;
  note(machine.violated_in(machine.initial()), all.add(machine.initial(), {}, fresh), nullptr);
  for (std::uint32_t number = 0; number < all.states.size(); ++number) {
    if (all.states.size() > limit) {
      found.complete = false;
      break;
    }
    const State state = all.states[number];
    machine.steps(state, [&](const State& after, Step step, unsigned violated) {
      if (violated != 0) note(violated, number, &step);
      if (((violated >> kArchitectural) & 1) != 0) return;  // there is nothing after it
      const std::uint32_t target = all.add(after, {number, step}, fresh);
      if (fresh) note(machine.violated_in(after), target, nullptr);
    });
  }
  found.states = all.states.size();
  return found;
}

}  // namespace shootdown::naive
