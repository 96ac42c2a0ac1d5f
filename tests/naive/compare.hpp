// Both sides on one kernel.
#pragma once

#include <string>

#include "machine.hpp"

namespace shootdown::naive {

struct Budget {
  unsigned capacity = 2;                // entries that the naive machine caches at a time
  std::uint64_t naive_states = 60'000;  // more: the naive side did not finish, and only its violations count
};

struct Comparison {
  Found naive;
  unsigned tool = 0;        // properties that the checker says are violated, each selected alone
  bool tool_fails = false;  // all selected at once
  std::uint64_t tool_states = 0;
  std::string refused;  // the checker did not answer: why
  // A property on which they differ, or kProperties.
  [[nodiscard]] unsigned disagreement() const;
  [[nodiscard]] bool agree() const { return disagreement() == kProperties && refused.empty(); }
};

// Where the naive side misses a violation that the checker found, it is asked again with room for more entries.
Comparison compare(const Kernel& kernel, const Budget& budget);
// The least kernel that can be reached from `kernel` by leaving things out and on which they still differ.
Kernel minimise(Kernel kernel, const Budget& budget);
// Both sides' words on a kernel.
std::string report(const Kernel& kernel, const Budget& budget);

}  // namespace shootdown::naive
