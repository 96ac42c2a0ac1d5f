// The rules of the machines, each with a name, its meaning and its source: what docs/machine-*.md explain and
// what tests/mutants breaks one at a time.
//
// The code asks holds(Rule::X) where a rule acts. In the ordinary build it is the constant true and leaves no trace.
// Compiled with SHOOTDOWN_BREAKABLE_RULES it is a function that notes which rules it is asked for, and is false for one
// of them if told so: what happens then is the machine without that rule. tests/mutants breaks each for good, and some
// scenario must notice; `check --coverage` breaks one for a step at a time, to see what it decides (audit/fired.hpp).
//
// "(memory)" after a source: written down from memory of the manual's section, not compared with its text.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "machine/rule.hpp"
#include "machine/rules_arm.hpp"
#include "machine/rules_arm64.hpp"
#include "machine/rules_s390.hpp"
#include "machine/rules_x86.hpp"

namespace shootdown::machine {

// Of all machines, by number.
inline constexpr auto kRules = [] {
  std::array<RuleInfo, static_cast<std::size_t>(Rule::Count)> all{};
  auto at = std::ranges::copy(kX86Rules, all.begin()).out;
  at = std::ranges::copy(kArm64Rules, at).out;
  at = std::ranges::copy(kS390Rules, at).out;
  std::ranges::copy(kArmRules, at);
  return all;
}();
static_assert(kX86Rules.size() + kArm64Rules.size() + kS390Rules.size() + kArmRules.size() == kRules.size());

consteval bool rules_in_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i)
    if (static_cast<std::size_t>(kRules[i].id) != i) return false;
  return true;
}
static_assert(rules_in_order(), "kRules must follow the enumeration");

#ifdef SHOOTDOWN_BREAKABLE_RULES
[[nodiscard]] bool holds(Rule rule);
#else
[[nodiscard]] constexpr bool holds(Rule) { return true; }
#endif

// A set of rules, by number.
using RuleSet = std::array<bool, kRules.size()>;

// Whether holds() is that function here. If not, the other two do nothing.
[[nodiscard]] bool rules_can_break();
// From now on holds() is false for `rule` and for no other; Rule::Count: for none, as in the beginning.
void break_rule(Rule rule);
// The rules that holds() was asked for since this was called last.
[[nodiscard]] RuleSet take_asked_rules();

}  // namespace shootdown::machine
