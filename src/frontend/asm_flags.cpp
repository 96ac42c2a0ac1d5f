// Inline assembly: the arithmetic flags (SDM 1, 3.4.3.1) and the conditions made of them (SDM 1, appendix B).
#include <algorithm>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {
namespace {

std::size_t index_of(Flag flag) {
  switch (flag) {
    case kCarry: return 0;
    case kZero: return 1;
    case kSign: return 2;
    case kOverflow: return 3;
    default: return 4;
  }
}

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

void AsmStatement::set_flag(Flag flag, Operand value) {
  if (!wanted(flag)) return;
  std::optional<Operand>& place = flags_[index_of(flag)];
  if (jumping_)
    out_.copy(*place, value);
  else
    place = value;
}

std::optional<Operand> AsmStatement::flag(Flag flag) { return flags_[index_of(flag)]; }

Operand AsmStatement::bit(Operand value, unsigned index, unsigned width) {
  if (index != 0) value = out_.binary(Opcode::LShr, width, value, out_.constant(index));
  return out_.convert(Opcode::Trunc, width, 1, value);
}

void AsmStatement::set_result_flags(Operand result, unsigned width) {
  if (wanted(kZero)) set_flag(kZero, out_.binary(Opcode::CmpEq, width, result, out_.constant(0)));
  if (wanted(kSign)) set_flag(kSign, bit(result, width - 1, width));
  if (wanted(kParity)) {
    const Operand ones = out_.unary(Opcode::CtPop, 8, out_.convert(Opcode::Trunc, width, 8, result));
    set_flag(kParity, out_.binary(Opcode::Xor, 1, bit(ones, 0, 8), out_.constant(1)));
  }
}

void AsmStatement::set_logic_flags(Operand result, unsigned width) {
  set_result_flags(result, width);
  set_flag(kCarry, out_.constant(0));
  set_flag(kOverflow, out_.constant(0));
}

void AsmStatement::set_add_flags(Operand a, Operand b, Operand result, unsigned width, Operand carry) {
  set_result_flags(result, width);
  if (wanted(kCarry)) {
    // The sum wrapped, or it came all the way round through the carry.
    Operand out = out_.binary(Opcode::CmpUlt, width, result, a);
    if (carry != program::kNone) {
      const Operand same = out_.binary(Opcode::CmpEq, width, result, a);
      out = out_.binary(Opcode::Or, 1, out, out_.binary(Opcode::And, 1, same, carry));
    }
    set_flag(kCarry, out);
  }
  if (wanted(kOverflow)) {
    const Operand left = out_.binary(Opcode::Xor, width, a, result);
    const Operand right = out_.binary(Opcode::Xor, width, b, result);
    set_flag(kOverflow, bit(out_.binary(Opcode::And, width, left, right), width - 1, width));
  }
}

void AsmStatement::set_subtract_flags(Operand a, Operand b, Operand result, unsigned width, Operand borrow) {
  set_result_flags(result, width);
  if (wanted(kCarry)) {
    Operand out = out_.binary(Opcode::CmpUlt, width, a, b);
    if (borrow != program::kNone) {
      const Operand same = out_.binary(Opcode::CmpEq, width, a, b);
      out = out_.binary(Opcode::Or, 1, out, out_.binary(Opcode::And, 1, same, borrow));
    }
    set_flag(kCarry, out);
  }
  if (wanted(kOverflow)) {
    const Operand signs = out_.binary(Opcode::Xor, width, a, b);
    const Operand change = out_.binary(Opcode::Xor, width, a, result);
    set_flag(kOverflow, bit(out_.binary(Opcode::And, width, signs, change), width - 1, width));
  }
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
