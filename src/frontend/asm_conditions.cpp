// Inline assembly of x86: the conditions made of the flags (SDM 1, appendix B).
#include <algorithm>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {
namespace {

struct Condition {
  std::string_view name;
  unsigned flags;
  bool negated;
};

constexpr std::array<Condition, 30> kConditions{{
    {"o", kOverflow, false},
    {"no", kOverflow, true},
    {"b", kCarry, false},
    {"c", kCarry, false},
    {"nae", kCarry, false},
    {"ae", kCarry, true},
    {"nc", kCarry, true},
    {"nb", kCarry, true},
    {"e", kZero, false},
    {"z", kZero, false},
    {"ne", kZero, true},
    {"nz", kZero, true},
    {"be", kCarry | kZero, false},
    {"na", kCarry | kZero, false},
    {"a", kCarry | kZero, true},
    {"nbe", kCarry | kZero, true},
    {"s", kSign, false},
    {"ns", kSign, true},
    {"p", kParity, false},
    {"pe", kParity, false},
    {"np", kParity, true},
    {"po", kParity, true},
    {"l", kSign | kOverflow, false},
    {"nge", kSign | kOverflow, false},
    {"ge", kSign | kOverflow, true},
    {"nl", kSign | kOverflow, true},
    {"le", kZero | kSign | kOverflow, false},
    {"ng", kZero | kSign | kOverflow, false},
    {"g", kZero | kSign | kOverflow, true},
    {"nle", kZero | kSign | kOverflow, true},
}};

const Condition* find_condition(std::string_view name) {
  const auto at =
      std::find_if(kConditions.begin(), kConditions.end(), [&](const Condition& c) { return c.name == name; });
  return at == kConditions.end() ? nullptr : &*at;
}

}  // namespace

unsigned condition_flags(std::string_view name) {
  const Condition* condition = find_condition(name);
  return condition == nullptr ? 0 : condition->flags;
}

std::optional<Operand> AsmStatement::condition(std::string_view name) {
  const Condition* condition = find_condition(name);
  if (condition == nullptr) return std::nullopt;
  for (const Flag needed : {kCarry, kZero, kSign, kOverflow, kParity})
    if ((condition->flags & needed) != 0 && !flag(needed)) return std::nullopt;
  Operand result;
  switch (condition->flags) {
    case kCarry | kZero: result = out_.binary(Opcode::Or, 1, *flag(kCarry), *flag(kZero)); break;
    case kSign | kOverflow: result = out_.binary(Opcode::Xor, 1, *flag(kSign), *flag(kOverflow)); break;
    case kZero | kSign | kOverflow:
      result = out_.binary(Opcode::Xor, 1, *flag(kSign), *flag(kOverflow));
      result = out_.binary(Opcode::Or, 1, result, *flag(kZero));
      break;
    default: result = *flag(static_cast<Flag>(condition->flags)); break;
  }
  return condition->negated ? out_.binary(Opcode::Xor, 1, result, out_.constant(1)) : result;
}

}  // namespace shootdown::frontend
