// Which rules of the machine decide something in a search: watches it, and takes every state's steps once more with a
// rule broken.
//
//     a step asks holds(R) ──► the state's steps again, without R ──► others than with it: R fired
//                                                                └──► the same: R was asked, so far for nothing
//
// That a rule is asked says little: some are asked at every access. That without it the machine would do something else
// than it does, from this very state, is what makes the rule a part of the verdict.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/rules.hpp"
#include "system/step.hpp"

namespace shootdown::audit {

// Names of all rules there are, in their order.
struct RuleUse {
  std::vector<std::string_view> fired;      // without it, some step would have gone otherwise
  std::vector<std::string_view> no_effect;  // asked, but no step was seen that would have gone otherwise
  std::vector<std::string_view> never_asked;
};

class FiredRules {
 public:
  // Whether this program can say anything about rules: it has to have been built for it (machine::rules_can_break()).
  static bool known() { return machine::rules_can_break(); }

  // A run of the search begins: what was seen so far does not count.
  void restart();
  // The steps from `state` are about to be made. Nothing in `world` changes.
  void expands(const system::World& world, const system::SystemState& state);
  [[nodiscard]] RuleUse result() const;

 private:
  // Counts instructions. A machine with a rule broken may execute one and the same for ever.
  struct Endless {};
  class Meter final : public system::Observer {
   public:
    void restart() override {}
    void expands(system::World&, const system::SystemState&) override {}
    void executes(system::World&, const system::SystemState&, unsigned, machine::Operation) override {}
    void reaches(const system::SystemState&, unsigned, std::uint32_t, std::uint32_t) override {
      if (++count == most) throw Endless{};
    }
    std::uint64_t count = 0, most = 0;  // 0: no limit
  };

  // What may come of a step, as far as anybody can tell.
  struct Next {
    system::Action::Kind kind = system::Action::Kind::Run;
    unsigned cpu = 0;
    std::optional<system::Stop::Kind> stop;
    std::array<std::string, 4> why;  // it stops
    explore::EncodedState state;     // it leads to
    friend bool operator==(const Next&, const Next&) = default;
  };
  struct Rule {
    bool asked = false, fired = false;
    std::size_t tries = 0;
  };

  [[nodiscard]] std::vector<Next> steps();
  void follow(const system::World& world);
  [[nodiscard]] bool found_sharing() const;
  [[nodiscard]] bool settled(const system::World& world, std::vector<Next>& unbroken);
  void translate(const system::World& world, const system::SystemState& state);
  [[nodiscard]] bool decides(machine::Rule rule, const std::vector<Next>& unbroken);

  // A world of its own, so that what a broken machine does leaves nothing behind in the one that is searched.
  std::unique_ptr<system::World> own_;
  Meter meter_;
  std::uint64_t unbroken_length_ = 0;    // of all steps of source_, in instructions
  bool follows_ = false;                 // own_ knows what the searched one takes for shared
  std::vector<std::uint32_t> slots_;     // the searched world's memory slots in its own map
  system::SystemState source_, target_;  // source_: in its own map's slots
  std::array<Rule, machine::kRules.size()> rules_{};
};

}  // namespace shootdown::audit
