// Livelock: a reachable cycle in which some context faults and never completes an access.
//
// The idea: take the complete graph without the steps in which context T completes an access. A strongly connected
// component of what is left that holds a step in which T faults is a loop that T can be kept in for ever:
//
//       o ──► o ──► [ T faults ] ──► o ──► ... ──┐        a component without T's completed accesses
//             ▲                                  │
//             └──────────────────────────────────┘        T completes an access ──► (leaves the graph)
//
// The hardware is fair, the rest is not: the loop counts only if every CPU that could always step does step in it,
// every interrupt that was always deliverable is delivered, every buffer drains at some time (each such party is an
// *agent*). Timer interrupts and the scheduler's choices may favour T's enemies for ever: the text's real-time task.
// Whether the loop survives a fair scheduler is told as well: it does if every context that could be chosen to run at
// some point of the component does run inside it.
//
// The guarantee: exact on the complete graph, for each T alone; the loop reported is a shortest one through the first
// faulting step of the first such component.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "explore/memory.hpp"
#include "explore/model.hpp"

namespace shootdown::explore {

class LivelockGraph {
 public:
  explicit LivelockGraph(MemoryBudget& budget) : edges_(budget), first_edge_(budget), budget_(&budget) {}

  void begin() { began_ = first_edge_.push_back(static_cast<std::uint32_t>(edges_.size())); }
  [[nodiscard]] bool edge(std::uint32_t target, const Successor& successor);
  [[nodiscard]] bool began() const { return began_; }

  struct Loop {
    std::uint32_t start = 0;             // a state of the loop
    std::vector<std::uint32_t> choices;  // from it around and back to it
    std::uint8_t context = 0;            // that faults for ever
    bool survives_fair_scheduler = false;
  };
  struct Verdict {
    bool out_of_memory = false;
    std::optional<Loop> loop;
  };
  // To be called once, when the steps of all states are in.
  [[nodiscard]] Verdict find();

 private:
  struct Edge {
    std::uint32_t target;
    std::uint32_t choice;
    StepLabel label;
  };
  [[nodiscard]] std::uint32_t states() const { return static_cast<std::uint32_t>(first_edge_.size()); }
  [[nodiscard]] std::size_t end_of(std::uint32_t state) const {
    return state + 1 < states() ? first_edge_[state + 1] : edges_.size();
  }
  // component[state] of the graph without T's completed accesses; numbers have no order.
  void components(std::uint8_t context, std::vector<std::uint32_t>& component) const;
  [[nodiscard]] bool hardware_is_fair(std::uint32_t wanted, const std::vector<std::uint32_t>& component,
                                      std::uint8_t context) const;
  [[nodiscard]] bool survives(std::uint32_t wanted, const std::vector<std::uint32_t>& component,
                              std::uint8_t context) const;
  // Choices of a shortest way from `from` to `to` inside a component.
  [[nodiscard]] std::vector<std::uint32_t> way(std::uint32_t from, std::uint32_t to,
                                               const std::vector<std::uint32_t>& component, std::uint8_t context) const;
  [[nodiscard]] static bool kept(const Edge& edge, std::uint8_t context) {
    return !(edge.label.completed && edge.label.runner == context);
  }

  Segmented<Edge> edges_;
  Segmented<std::uint32_t> first_edge_;
  MemoryBudget* budget_;
  bool began_ = true;
};

}  // namespace shootdown::explore
