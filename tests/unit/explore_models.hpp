// Toy models for the tests of the search.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "explore/model.hpp"

namespace shootdown::explore::testing {

inline EncodedState of(std::uint32_t number) { return {{{number}}}; }

// Digits that each count up, one step at a time, and either stop at the top or start over.
class Counters : public Model {
 public:
  Counters(std::uint32_t digits, std::uint32_t base, bool wraps) : digits_(digits), base_(base), wraps_(wraps) {}
  void initial(Visit visit, void* self) override {
    const EncodedState state{std::vector<Words>(digits_, Words{0})};
    visit(self, {0, Outcome::State, &state, true});
  }
  void successors(const EncodedState& state, Visit visit, void* self) override {
    std::uint32_t choice = 0;
    EncodedState next = state;
    for (Words& digit : next.components) {
      if (!wraps_ && digit[0] + 1 == base_) continue;
      const std::uint32_t before = std::exchange(digit[0], (digit[0] + 1) % base_);
      if (!visit(self, {choice++, Outcome::State, &next, true})) {
        ++refused;
        return;
      }
      digit[0] = before;
    }
    ++expanded;
  }
  bool may_rest(const EncodedState& state) override {
    for (const Words& digit : state.components) {
      if (digit[0] + 1 != base_) return false;
    }
    return true;
  }
  bool must_restart() const override { return false; }
  void restart() override {}

  std::uint64_t expanded = 0;  // how often successors() ran to its end
  std::uint64_t refused = 0;   // how often `visit` asked it to stop

 private:
  std::uint32_t digits_, base_;
  bool wraps_;
};

// A graph written down. States are numbers; each has its steps in order.
class Graph : public Model {
 public:
  struct Step {
    Outcome outcome = Outcome::State;
    std::uint32_t target = 0;
    bool progress = true;
  };
  static Step to(std::uint32_t target) { return {Outcome::State, target, true}; }
  static Step idle_to(std::uint32_t target) { return {Outcome::State, target, false}; }
  static Step violation() { return {Outcome::Violation, 0, false}; }
  static Step unsupported() { return {Outcome::Unsupported, 0, false}; }
  static Step exhausted() { return {Outcome::Exhausted, 0, false}; }

  std::vector<Step> initial_steps{to(0)};
  std::vector<std::vector<Step>> steps;
  std::vector<std::vector<Step>> steps_after_restart;  // if not empty: what steps are once sharing is known
  std::set<std::uint32_t> resting;                     // states that may rest
  std::set<std::uint32_t> sharing;                     // expanding one of these finds sharing, the first time
  std::vector<std::uint32_t> expanded;                 // in order, of the last run
  unsigned restarts = 0;

  void initial(Visit visit, void* self) override { hand_out(initial_steps, visit, self); }
  void successors(const EncodedState& state, Visit visit, void* self) override {
    const std::uint32_t number = state.components[0][0];
    expanded.push_back(number);
    if (!known_ && sharing.contains(number)) found_ = true;
    hand_out((known_ && !steps_after_restart.empty() ? steps_after_restart : steps).at(number), visit, self);
  }
  bool may_rest(const EncodedState& state) override { return resting.contains(state.components[0][0]); }
  bool must_restart() const override { return found_; }
  void restart() override {
    ++restarts;
    known_ = known_ || std::exchange(found_, false);
    expanded.clear();
  }

 private:
  static void hand_out(const std::vector<Step>& all, Visit visit, void* self) {
    std::uint32_t choice = 0;
    for (const Step& step : all) {
      const EncodedState state = of(step.target);
      if (!visit(self, {choice++, step.outcome, step.outcome == Outcome::State ? &state : nullptr, step.progress}))
        return;
    }
  }
  bool known_ = false;  // sharing was found in an earlier run
  bool found_ = false;  // in this one
};

}  // namespace shootdown::explore::testing
