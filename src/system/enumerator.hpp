// Every answer to what hardware or scenario leave open in a step.
#pragma once

#include <cstddef>
#include <vector>

#include "machine/machine.hpp"

namespace shootdown::system {

// Makes every sequence of picks, in lexicographic order.
class Enumerator final : public machine::Chooser {
 public:
  unsigned pick(unsigned alternatives) override {
    if (at_ == picks_.size()) picks_.push_back({0, alternatives});
    return picks_[at_++].chosen;
  }
  // To the next sequence; false if there is none.
  bool advance() {
    picks_.resize(at_);
    at_ = 0;
    while (!picks_.empty() && picks_.back().chosen + 1 == picks_.back().alternatives) picks_.pop_back();
    if (picks_.empty()) return false;
    ++picks_.back().chosen;
    return true;
  }

 private:
  struct Pick {
    unsigned chosen, alternatives;
  };
  std::vector<Pick> picks_;
  std::size_t at_ = 0;
};

}  // namespace shootdown::system
