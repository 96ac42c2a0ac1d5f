// Rules that can be broken, in the programs that are built so.
#include "machine/rules.hpp"

namespace shootdown::machine {

#ifdef SHOOTDOWN_BREAKABLE_RULES

namespace {

constinit Rule broken = Rule::Count;
constinit RuleSet asked{};

}  // namespace

bool holds(Rule rule) {
  asked[static_cast<std::size_t>(rule)] = true;
  return rule != broken;
}

bool rules_can_break() { return true; }

void break_rule(Rule rule) { broken = rule; }

RuleSet take_asked_rules() {
  const RuleSet result = asked;
  asked.fill(false);
  return result;
}

#else

bool rules_can_break() { return false; }

void break_rule(Rule) {}

RuleSet take_asked_rules() { return {}; }

#endif

}  // namespace shootdown::machine
