// Which contexts go on on another CPU than the one they ran on, found out as the search goes.
//
// Stores to memory that only one context touches do not wait in the store buffer (memory.cpp). That is right while the
// context stays where it is, and where it moves it is right if the CPU that takes it cannot have done so before those
// stores reached memory:
//
//      CPU 0                                CPU 1
//      store to its own memory
//      switch away: a mark is buffered
//      store, or LOCK: "you may have it" -> sees it; so the mark, which is older, has drained
//                                           switch to the context
//
// The store buffer is a queue, so a CPU that has learnt of the switch from a later store has the earlier ones as well.
// One that was told otherwise, by an IPI that waits for no store (SDM 3, 10.12.3), may find the mark still there: its
// context could load old contents of its own memory. That is refused by name; it is not modelled.
//
// Only contexts that have been seen on two CPUs are marked. When one is seen for the first time the search starts
// again.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shootdown::system {

class Migration {
 public:
  void runs_on(std::uint32_t context, unsigned cpu) {
    if (context >= cpus_.size()) cpus_.resize(std::size_t{context} + 1);
    const bool before = moves(context);
    cpus_[context] |= std::uint64_t{1} << cpu;
    found_ = found_ || (moves(context) && !before);
  }
  [[nodiscard]] bool moves(std::uint32_t context) const {
    return context < cpus_.size() && std::popcount(cpus_[context]) > 1;
  }
  void start_run() { found_ = false; }
  // Since the run started, a context was found to move.
  [[nodiscard]] bool found() const { return found_; }

 private:
  std::vector<std::uint64_t> cpus_;  // by context: bit n: seen on CPU n in some execution
  bool found_ = false;
};

}  // namespace shootdown::system
