// Numbers at random, for what makes kernels. The same seed gives the same numbers everywhere.
#pragma once

#include <cstdint>
#include <random>

namespace shootdown::naive {

class Chance {
 protected:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>((random_() >> 11) % n); }
  bool chance(unsigned percent) { return below(100) < percent; }
  // One of `pages` that has that level; there must be one.
  template <class Pages>
  std::uint8_t page_of_level(const Pages& pages, unsigned level) {
    for (;;)
      if (const std::size_t page = below(static_cast<unsigned>(pages.size())); pages[page].level == level)
        return static_cast<std::uint8_t>(page);
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace shootdown::naive
