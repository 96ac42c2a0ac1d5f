#include "explore/livelock.hpp"

#include <algorithm>
#include <array>
#include <deque>

namespace shootdown::explore {

namespace {
constexpr std::uint32_t kNone = 0xffff'ffff;
}

bool LivelockGraph::edge(std::uint32_t target, const Successor& successor) {
  return edges_.push_back({target, successor.choice, successor.label});
}

// Tarjan's algorithm with a stack of its own: graphs are deep.
void LivelockGraph::components(std::uint8_t context, std::vector<std::uint32_t>& component) const {
  const std::uint32_t count = states();
  std::vector<std::uint32_t> number(count, kNone), low(count, 0), open;
  struct Visit {
    std::uint32_t state;
    std::size_t edge;
  };
  std::vector<Visit> visits;
  component.assign(count, kNone);
  std::uint32_t next_number = 0, next_component = 0;
  for (std::uint32_t start = 0; start < count; ++start) {
    if (number[start] != kNone) continue;
    visits.push_back({start, first_edge_[start]});
    number[start] = low[start] = next_number++;
    open.push_back(start);
    while (!visits.empty()) {
      Visit& visit = visits.back();
      const std::uint32_t state = visit.state;
      if (visit.edge < end_of(state)) {
        const Edge& edge = edges_[visit.edge++];
        if (!kept(edge, context)) continue;
        const std::uint32_t target = edge.target;
        if (number[target] == kNone) {
          number[target] = low[target] = next_number++;
          open.push_back(target);
          visits.push_back({target, first_edge_[target]});
        } else if (component[target] == kNone) {
          low[state] = std::min(low[state], number[target]);
        }
        continue;
      }
      visits.pop_back();
      if (!visits.empty()) low[visits.back().state] = std::min(low[visits.back().state], low[state]);
      if (low[state] != number[state]) continue;
      for (std::uint32_t member = kNone; member != state;) {
        member = open.back();
        open.pop_back();
        component[member] = next_component;
      }
      ++next_component;
    }
  }
}

bool LivelockGraph::hardware_is_fair(std::uint32_t wanted, const std::vector<std::uint32_t>& component,
                                     std::uint8_t context) const {
  // An agent is ignored for ever if it can step in every state of the component and never does inside it.
  std::uint64_t always = ~std::uint64_t{0}, inside = 0;
  for (std::uint32_t state = 0; state < states(); ++state) {
    if (component[state] != wanted) continue;
    std::uint64_t here = 0;
    for (std::size_t n = first_edge_[state]; n < end_of(state); ++n) {
      const Edge& edge = edges_[n];
      if (edge.label.agent == StepLabel::kUnfair) continue;
      const std::uint64_t bit = std::uint64_t{1} << edge.label.agent;
      here |= bit;
      if (component[edge.target] == wanted && kept(edge, context)) inside |= bit;
    }
    always &= here;
  }
  return (always & ~inside) == 0;
}

bool LivelockGraph::survives(std::uint32_t wanted, const std::vector<std::uint32_t>& component,
                             std::uint8_t context) const {
  std::array<bool, 256> may_run{}, runs{};
  for (std::uint32_t state = 0; state < states(); ++state) {
    if (component[state] != wanted) continue;
    for (std::size_t n = first_edge_[state]; n < end_of(state); ++n) {
      const Edge& edge = edges_[n];
      may_run[edge.label.runs_next] = true;
      if (component[edge.target] == wanted && kept(edge, context)) runs[edge.label.runner] = true;
    }
  }
  for (std::size_t n = 0; n < may_run.size(); ++n)
    if (may_run[n] && !runs[n]) return false;
  return true;
}

std::vector<std::uint32_t> LivelockGraph::way(std::uint32_t from, std::uint32_t to,
                                              const std::vector<std::uint32_t>& component, std::uint8_t context) const {
  if (from == to) return {};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> reached_by(states(), {kNone, 0});  // source, choice
  std::deque<std::uint32_t> waiting{from};
  reached_by[from].first = from;
  while (!waiting.empty() && reached_by[to].first == kNone) {
    const std::uint32_t state = waiting.front();
    waiting.pop_front();
    for (std::size_t n = first_edge_[state]; n < end_of(state); ++n) {
      const Edge& edge = edges_[n];
      if (!kept(edge, context) || component[edge.target] != component[from]) continue;
      if (reached_by[edge.target].first != kNone) continue;
      reached_by[edge.target] = {state, edge.choice};
      waiting.push_back(edge.target);
    }
  }
  std::vector<std::uint32_t> choices;
  for (std::uint32_t at = to; at != from; at = reached_by[at].first) choices.push_back(reached_by[at].second);
  std::reverse(choices.begin(), choices.end());
  return choices;
}

LivelockGraph::Verdict LivelockGraph::find() {
  std::array<bool, 256> faults{};
  for (std::size_t n = 0; n < edges_.size(); ++n)
    if (edges_[n].label.faulted) faults[edges_[n].label.runner] = true;
  // Four words a state for the components, and three for the way round.
  const std::uint64_t bytes = std::uint64_t{states()} * 32;
  if (!budget_->take(bytes)) return {.out_of_memory = true, .loop = std::nullopt};
  Verdict verdict;
  std::vector<std::uint32_t> component;
  for (unsigned candidate = 0; candidate < faults.size(); ++candidate) {
    if (!faults[candidate]) continue;
    const auto context = static_cast<std::uint8_t>(candidate);
    components(context, component);
    std::vector<bool> judged(states(), false);  // by number of the component
    for (std::uint32_t state = 0; state < states() && (!verdict.loop || verdict.loop->start > state); ++state) {
      for (std::size_t n = first_edge_[state]; n < end_of(state); ++n) {
        const Edge& edge = edges_[n];
        if (!edge.label.faulted || edge.label.runner != context || !kept(edge, context)) continue;
        if (component[edge.target] != component[state] || judged[component[state]]) continue;
        judged[component[state]] = true;
        if (!hardware_is_fair(component[state], component, context)) continue;
        Loop loop;
        loop.start = state;
        loop.context = context;
        loop.choices = {edge.choice};
        const auto back = way(edge.target, state, component, context);
        loop.choices.insert(loop.choices.end(), back.begin(), back.end());
        loop.survives_fair_scheduler = survives(component[state], component, context);
        if (!verdict.loop || verdict.loop->start > state) verdict.loop = std::move(loop);
        break;
      }
    }
  }
  budget_->give_back(bytes);
  return verdict;
}

}  // namespace shootdown::explore
