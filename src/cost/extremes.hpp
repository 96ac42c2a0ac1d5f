// The least and the most that a way through a graph can cost.
//
// A way begins with a start, goes along arcs, and may stop anywhere; one that takes an arc to kEnd is complete. The
// minimum is over the complete ways, the maximum over all. Both exist for every graph, with cycles or without: a cycle
// with a cost makes the maximum unbounded (it can be gone round any number of times), one without costs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cost/findings.hpp"

namespace shootdown::cost {

inline constexpr std::uint32_t kEnd = 0xffff'ffff;
inline constexpr std::uint32_t kNowhere = 0xffff'fffe;  // the way stops there and is not complete

struct Arc {
  std::uint32_t to = kNowhere;  // a node, kEnd or kNowhere
  std::uint32_t part = 0;       // what is done on it: see Extremes::of
};

struct Ways {
  std::vector<Arc> starts;
  std::vector<std::uint32_t> first;  // by node: its first arc; one more at the end
  std::vector<Arc> arcs;
  [[nodiscard]] std::uint32_t nodes() const { return static_cast<std::uint32_t>(first.size() - 1); }
};

class Extremes {
 public:
  // WAYS must outlive this.
  explicit Extremes(const Ways& ways);

  // weight[part] is what an arc with that part costs. Linear in the arcs, and in the minimum.
  [[nodiscard]] Range of(const std::vector<std::uint32_t>& weight) const;
  [[nodiscard]] bool completes() const { return completes_; }

 private:
  void find_components();
  [[nodiscard]] std::optional<std::uint64_t> most(const std::vector<std::uint32_t>& weight) const;
  [[nodiscard]] std::optional<std::uint64_t> least(const std::vector<std::uint32_t>& weight) const;

  const Ways& ways_;
  bool completes_ = false;
  std::vector<std::uint32_t> component_;  // of each node: an arc never leads to a greater number
  std::vector<std::uint32_t> order_;      // the nodes by component, ascending
};

}  // namespace shootdown::cost
