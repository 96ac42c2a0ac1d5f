// Breaks the rule that the environment variable SHOOTDOWN_BREAK_RULE names, for as long as the program runs: part of
// the test programs that are linked with it, and of no other.
#include <cstdio>
#include <cstdlib>

#include "machine/rules.hpp"

namespace {

using namespace shootdown::machine;

// A name that is no rule must not pass for a rule that nobody missed.
Rule named_rule() {
  const char* name = std::getenv("SHOOTDOWN_BREAK_RULE");
  if (name == nullptr || *name == '\0') return Rule::Count;
  for (const RuleInfo& rule : kRules)
    if (rule.name == name) return rule.id;
  std::fprintf(stderr, "SHOOTDOWN_BREAK_RULE: no rule '%s'\n", name);
  std::_Exit(2);
}

// At the start, so that a wrong name is noticed before anything is checked.
[[maybe_unused]] const bool done = (break_rule(named_rule()), true);

}  // namespace
