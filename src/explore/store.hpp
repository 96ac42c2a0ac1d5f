// StateStore: every state seen, exactly, each under a dense number in the order of discovery.
//
// The idea (tree compression): a step changes few words of a state, so states are kept as trees whose nodes are shared.
//
//     state number ──► record   shape │ left │ right             one per state: 12 bytes and its place in an index
//                                │       ╱       ╲
//                   lengths of  ◄┘     pair      pair            pairs of numbers, shared by all states
//                   all components    ╱    ╲    ╱    ╲
//                                   c0     c1  c2     c3         roots of the components
//                                   │      │   │     ╱  ╲
//                                  leaf  leaf leaf pair  leaf
//                                                 ╱    ╲
//                                               leaf   leaf      a leaf: 8 words of a component, the last padded with 0
//
// Components are cut in leaves of 8 words; above the leaves, and above the components, nodes are pairs, split as evenly
// as possible. Why so: a state whose parent is stored costs its new nodes only. Leaves are few (what 8 neighbouring
// words can be grows slowly with the number of states), so wide ones cost little and save three levels. Above them
// everything is a combination: there the number of different nodes grows with the number of states, so nodes must be as
// small as they can be, and an even split makes the number of either half about the square root of that of the whole.
//
// The guarantee: exact. Equal nodes have equal numbers and unequal ones unequal numbers (InternTable compares them in
// full), lengths are part of the record; so two states have one number iff they are equal, and load() gives back what
// was inserted, word by word. Numbers depend on the order of the insertions only.
//
// Source: Laarman, van de Pol, Weber, "Parallel Recursive State Compression for Free", SPIN 2011. Deviations: leaves of
// eight words; tables grow, so there is no bound to guess; states and nodes have tables of their own, so states are
// dense.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "explore/intern_table.hpp"
#include "explore/memory.hpp"
#include "explore/model.hpp"

namespace shootdown::explore {

class StateStore {
 public:
  static constexpr std::size_t kLeafWords = 8;

  // A place in the store: the state loaded last, with the numbers of its nodes. States that differ little from it are
  // inserted, and loaded, at the cost of the difference. Each thread has its own.
  class Cursor {
   public:
    [[nodiscard]] const EncodedState& state() const { return state_; }

   private:
    friend class StateStore;
    // Nodes of one tree: leaves in order; pairs in preorder, that is, the left half of a tree of n leaves begins one
    // after its root, the right half (n + 1) / 2 after it.
    struct Tree {
      std::vector<std::uint32_t> leaves, pairs;
      void forget(std::size_t leaf_count);
    };
    EncodedState state_;
    std::uint32_t shape_ = kNoNumber;  // kNoNumber: nothing loaded
    std::vector<std::uint32_t> lengths_;
    std::vector<Tree> components_;
    Tree roots_;  // its leaves are the roots of the components
    std::vector<std::uint32_t> new_lengths_, new_leaves_, new_roots_, scratch_;
  };

  enum class Status : std::uint8_t { Known, New, TooManyStates, NoMemory };
  struct Inserted {
    std::uint32_t index;  // kNoNumber if TooManyStates or NoMemory
    Status status;
    [[nodiscard]] bool is_new() const { return status == Status::New; }
    [[nodiscard]] bool failed() const { return status > Status::New; }
  };

  // `max_states`: so many different states are taken in, 0: as many as there are numbers. `budget` outlives the store.
  explicit StateStore(MemoryBudget& budget, std::uint64_t max_states = 0);

  // The number of `state`. Cheapest when `near` stands at a state that differs little. A failed insertion leaves the
  // states as they were (it may leave nodes that no state uses).
  [[nodiscard]] Inserted insert(const EncodedState& state, Cursor& near);
  [[nodiscard]] Inserted insert(const EncodedState& state);
  // Moves the cursor to a state of the store.
  void load(std::uint32_t index, Cursor& cursor) const;
  void load(std::uint32_t index, EncodedState& state) const;

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(states_.size()); }
  [[nodiscard]] std::uint64_t bytes() const;
  // How many different leaves and pairs there are (for measurements).
  [[nodiscard]] std::size_t leaf_count() const { return leaves_.size(); }
  [[nodiscard]] std::size_t pair_count() const { return pairs_.size(); }

 private:
  struct Range {
    std::size_t first, last;
  };
  std::uint32_t number_of_leaf(const std::uint32_t* words, std::size_t count);
  std::uint32_t number_of_pair(std::uint32_t left, std::uint32_t right);
  std::uint32_t number_of_component(const Words& words, std::size_t at, Cursor& near);
  std::uint32_t number_of_shape(const EncodedState& state, Cursor& near);
  std::uint32_t combine(const std::uint32_t* leaves, Range range, Range changed, const std::uint32_t* old);
  template <class OnLeaf>
  void split(std::uint32_t number, std::size_t first, std::size_t count, std::uint32_t* pairs, OnLeaf&& on_leaf) const;
  void reshape(std::uint32_t shape, Cursor& cursor) const;
  void load_component(std::size_t at, std::uint32_t root, Cursor& cursor) const;

  InternTable<kLeafWords> leaves_;
  InternTable<2> pairs_;
  InternTable<2> shapes_;  // number of components, root of their lengths
  InternTable<3> states_;  // shape, root of the left half of the components, of the right half
  bool out_of_memory_ = false;
};

}  // namespace shootdown::explore
