#include "cost/extremes.hpp"

#include <algorithm>
#include <limits>

namespace shootdown::cost {

namespace {
constexpr std::uint64_t kUnbounded = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kUnseen = 0xffff'ffff;
bool is_node(std::uint32_t to) { return to != kEnd && to != kNowhere; }
}  // namespace

Extremes::Extremes(const Ways& ways) : ways_(ways) {
  find_components();
  completes_ = least(std::vector<std::uint32_t>()).has_value();
}

// Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972, without recursion. A component is complete only after
// all that it leads to, so numbers of components fall along every arc.
void Extremes::find_components() {
  const std::uint32_t nodes = ways_.nodes();
  component_.assign(nodes, kUnseen);
  order_.reserve(nodes);
  std::vector<std::uint32_t> number(nodes, kUnseen), low(nodes), stack;
  struct Visit {
    std::uint32_t node, arc;
  };
  std::vector<Visit> path;
  std::uint32_t next = 0, components = 0;
  const auto enter = [&](std::uint32_t node) {
    number[node] = low[node] = next++;
    stack.push_back(node);
    path.push_back({node, ways_.first[node]});
  };
  for (std::uint32_t root = 0; root < nodes; ++root) {
    if (number[root] != kUnseen) continue;
    enter(root);
    while (!path.empty()) {
      const std::uint32_t node = path.back().node;
      if (path.back().arc < ways_.first[node + 1]) {
        const std::uint32_t to = ways_.arcs[path.back().arc++].to;
        if (!is_node(to)) continue;
        if (number[to] == kUnseen)
          enter(to);
        else if (component_[to] == kUnseen)
          low[node] = std::min(low[node], number[to]);
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[node]);
      if (low[node] != number[node]) continue;
      for (std::uint32_t member = kUnseen; member != node;) {
        member = stack.back();
        stack.pop_back();
        component_[member] = components;
        order_.push_back(member);
      }
      ++components;
    }
  }
}

// From each component the most that can still come; components come after all they lead to.
std::optional<std::uint64_t> Extremes::most(const std::vector<std::uint32_t>& weight) const {
  std::vector<std::uint64_t> ahead(order_.empty() ? 0 : component_[order_.back()] + 1, 0);
  const auto along = [&](const Arc& arc) {
    const std::uint64_t rest = is_node(arc.to) ? ahead[component_[arc.to]] : 0;
    return rest == kUnbounded ? kUnbounded : rest + weight[arc.part];
  };
  for (const std::uint32_t node : order_) {
    std::uint64_t& best = ahead[component_[node]];
    for (std::uint32_t at = ways_.first[node]; at < ways_.first[node + 1]; ++at) {
      const Arc& arc = ways_.arcs[at];
      if (!is_node(arc.to) || component_[arc.to] != component_[node])
        best = std::max(best, along(arc));
      else if (weight[arc.part] != 0)
        best = kUnbounded;
    }
  }
  std::uint64_t most = 0;
  for (const Arc& start : ways_.starts) most = std::max(most, along(start));
  if (most == kUnbounded) return std::nullopt;
  return most;
}

// Shortest ways from the starts, nodes in order of their distance; an empty WEIGHT is all zeros.
std::optional<std::uint64_t> Extremes::least(const std::vector<std::uint32_t>& weight) const {
  std::vector<bool> settled(ways_.nodes(), false);
  std::vector<std::vector<std::uint32_t>> at_distance(1);
  std::uint64_t best = kUnbounded;
  const auto go = [&](const Arc& arc, std::uint64_t distance) {
    distance += weight.empty() ? 0 : weight[arc.part];
    if (arc.to == kEnd) best = std::min(best, distance);
    if (!is_node(arc.to) || settled[arc.to]) return;
    if (at_distance.size() <= distance) at_distance.resize(distance + 1);
    at_distance[distance].push_back(arc.to);
  };
  for (const Arc& start : ways_.starts) go(start, 0);
  for (std::uint64_t distance = 0; distance < at_distance.size() && distance < best; ++distance)
    while (!at_distance[distance].empty()) {
      const std::uint32_t node = at_distance[distance].back();
      at_distance[distance].pop_back();
      if (settled[node]) continue;
      settled[node] = true;
      for (std::uint32_t at = ways_.first[node]; at < ways_.first[node + 1]; ++at) go(ways_.arcs[at], distance);
    }
  if (best == kUnbounded) return std::nullopt;
  return best;
}

Range Extremes::of(const std::vector<std::uint32_t>& weight) const { return {least(weight), most(weight)}; }

}  // namespace shootdown::cost
