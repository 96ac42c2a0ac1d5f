// Deadlock: a state from which neither a step that counts as progress can be reached nor a state in which resting is in
// order.
//
// The idea: nearly every state has a progress step of its own, and then nothing else about it matters. So during the
// search one bit a state says "progress is ahead", and only of the states without it are the edges kept. At the end the
// bit is carried backwards along those edges; states that still lack it are asked whether they may rest, which counts
// as having it, and is carried backwards in turn.
//
// The guarantee: exact, on a complete graph. Where a step has no successor because it is not modelled, its source
// counts as having progress ahead, so that a deadlock found is one whatever lies behind that step.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "explore/memory.hpp"

namespace shootdown::explore {

class ProgressGraph {
 public:
  explicit ProgressGraph(MemoryBudget& budget) : edges_(budget), live_(budget), budget_(&budget) {}

  // The steps of one state: begin, edges in any order, end. States come in order of their numbers, without a gap.
  void begin(std::uint32_t source);
  void edge(std::uint32_t target, bool progress);
  // A step that leads nowhere but must not count as a dead end.
  void way_out() { live_now_ = true; }
  [[nodiscard]] bool end();  // false: no memory

  struct Verdict {
    bool out_of_memory = false;
    std::optional<std::uint32_t> dead;  // the first dead state
  };
  // To be called once, when the steps of all states are in. `may_rest` is asked only of states without progress ahead,
  // in order of their numbers.
  [[nodiscard]] Verdict first_dead(const std::function<bool(std::uint32_t)>& may_rest);

  [[nodiscard]] std::uint64_t bytes() const { return edges_.bytes() + live_.bytes(); }

 private:
  struct Edge {
    std::uint32_t source, target;
  };
  [[nodiscard]] bool is_live(std::uint32_t state) const {
    return state / 64 < live_.size() && (live_[state / 64] >> state % 64 & 1) != 0;
  }
  void make_live(std::uint32_t state) { live_[state / 64] |= std::uint64_t{1} << state % 64; }
  [[nodiscard]] bool spread();

  Segmented<Edge> edges_;             // of the states that were not live when their steps were known
  Segmented<std::uint64_t, 9> live_;  // a bit a state: progress is ahead
  MemoryBudget* budget_;
  std::uint32_t states_ = 0;
  std::uint32_t source_ = 0;
  bool live_now_ = false;
  std::vector<std::uint32_t> targets_;  // of source_, as long as it is not live
};

}  // namespace shootdown::explore
