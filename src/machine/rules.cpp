// Which rule is broken, in the test build that can break one.
#include "machine/rules.hpp"

#ifdef SHOOTDOWN_MUTANTS

#include <cstdio>
#include <cstdlib>

namespace shootdown::machine {

namespace {

// A name that is no rule must not pass for a rule that nobody missed.
Rule broken_rule() {
  const char* name = std::getenv("SHOOTDOWN_BREAK_RULE");
  if (name == nullptr || *name == '\0') return Rule::Count;
  for (const RuleInfo& rule : kRules)
    if (rule.name == name) return rule.id;
  std::fprintf(stderr, "SHOOTDOWN_BREAK_RULE: no rule '%s'\n", name);
  std::_Exit(2);
}

// Asked at the start, so that a wrong name is noticed before anything is checked.
const Rule broken = broken_rule();

}  // namespace

bool holds(Rule rule) { return rule != broken; }

}  // namespace shootdown::machine

#endif
