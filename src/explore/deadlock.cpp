#include "explore/deadlock.hpp"

#include <algorithm>
#include <limits>

namespace shootdown::explore {

void ProgressGraph::begin(std::uint32_t source) {
  source_ = source;
  live_now_ = false;
  targets_.clear();
}

void ProgressGraph::edge(std::uint32_t target, bool progress) {
  if (live_now_) return;
  if (progress || is_live(target)) {
    live_now_ = true;
  } else if (target != source_) {
    targets_.push_back(target);
  }
}

bool ProgressGraph::end() {
  if (source_ / 64 >= live_.size() && !live_.push_back(0)) return false;
  states_ = source_ + 1;
  if (live_now_) {
    make_live(source_);
    return true;
  }
  std::sort(targets_.begin(), targets_.end());
  targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
  for (const std::uint32_t target : targets_) {
    if (!edges_.push_back({source_, target})) return false;
  }
  return true;
}

// Carries "progress is ahead" backwards along the edges: sorts them by target (by counting), then follows them from the
// live states on. Linear in states and edges.
bool ProgressGraph::spread() {
  const std::size_t edges = edges_.size();
  if (edges == 0) return true;
  if (edges > std::numeric_limits<std::uint32_t>::max()) return false;
  const std::uint64_t bytes = (std::uint64_t{states_} + 1 + edges + states_) * sizeof(std::uint32_t);
  if (!budget_->take(bytes)) return false;

  std::vector<std::uint32_t> begin_of(std::size_t{states_} + 1, 0);  // where the sources of a target begin
  std::vector<std::uint32_t> sources(edges);
  std::vector<std::uint32_t> waiting;  // live, and its sources not yet told; each state is in it at most once
  waiting.reserve(states_);

  for (std::size_t i = 0; i < edges; ++i) ++begin_of[edges_[i].target];
  std::uint32_t sum = 0;
  for (auto& entry : begin_of) sum += std::exchange(entry, sum);
  for (std::size_t i = 0; i < edges; ++i) sources[begin_of[edges_[i].target]++] = edges_[i].source;
  // Each entry is now where the next target's sources begin: those of `t` are [begin_of[t - 1], begin_of[t]).

  for (std::uint32_t state = 0; state < states_; ++state) {
    if (is_live(state)) waiting.push_back(state);
  }
  while (!waiting.empty()) {
    const std::uint32_t target = waiting.back();
    waiting.pop_back();
    for (std::uint32_t i = target == 0 ? 0 : begin_of[target - 1]; i < begin_of[target]; ++i) {
      if (is_live(sources[i])) continue;
      make_live(sources[i]);
      waiting.push_back(sources[i]);
    }
  }
  budget_->give_back(bytes);
  return true;
}

ProgressGraph::Verdict ProgressGraph::first_dead(const std::function<bool(std::uint32_t)>& may_rest) {
  if (!spread()) return {.out_of_memory = true, .dead = std::nullopt};
  // What can still come to rest in good order is not dead either.
  bool rests = false;
  for (std::uint32_t state = 0; state < states_; ++state) {
    if (is_live(state) || !may_rest(state)) continue;
    make_live(state);
    rests = true;
  }
  if (rests && !spread()) return {.out_of_memory = true, .dead = std::nullopt};
  for (std::uint32_t state = 0; state < states_; ++state) {
    if (!is_live(state)) return {.out_of_memory = false, .dead = state};
  }
  return {};
}

}  // namespace shootdown::explore
