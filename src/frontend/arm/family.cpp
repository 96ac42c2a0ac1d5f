// Inline assembly of ARM and arm64: conditions, flags, data processing.
#include "frontend/arm/family.hpp"

#include <algorithm>

namespace shootdown::frontend {
namespace {

struct Condition {
  std::string_view name;
  unsigned flags;
  bool negated;
};

// DDI 0100I (ARM ARM), A3.2.1. Here C is the architecture's: a subtraction sets it if it does not borrow.
constexpr std::array<Condition, 16> kConditions{{
    {"eq", kZero, false},
    {"ne", kZero, true},
    {"cs", kCarry, false},
    {"hs", kCarry, false},
    {"cc", kCarry, true},
    {"lo", kCarry, true},
    {"mi", kSign, false},
    {"pl", kSign, true},
    {"vs", kOverflow, false},
    {"vc", kOverflow, true},
    {"ls", kCarry | kZero, false},  // not C, or Z
    {"hi", kCarry | kZero, true},
    {"lt", kSign | kOverflow, false},  // N differs from V
    {"ge", kSign | kOverflow, true},
    {"le", kZero | kSign | kOverflow, false},
    {"gt", kZero | kSign | kOverflow, true},
}};

const Condition* find_condition(std::string_view name) {
  const auto at =
      std::find_if(kConditions.begin(), kConditions.end(), [&](const Condition& c) { return c.name == name; });
  return at == kConditions.end() ? nullptr : &*at;
}

struct Operator {
  std::string_view name;
  Opcode op;
  bool inverts;    // the second operand
  bool exchanges;  // the operands (RSB)
};

constexpr std::array<Operator, 10> kOperators{{
    {"add", Opcode::Add, false, false},
    {"sub", Opcode::Sub, false, false},
    {"rsb", Opcode::Sub, false, true},
    {"and", Opcode::And, false, false},
    {"orr", Opcode::Or, false, false},
    {"eor", Opcode::Xor, false, false},
    {"bic", Opcode::And, true, false},
    {"orn", Opcode::Or, true, false},
    {"eon", Opcode::Xor, true, false},
    {"mul", Opcode::Mul, false, false},
}};

// Those that only set flags.
constexpr std::array<Operator, 4> kComparisons{{
    {"cmp", Opcode::Sub, false, false},
    {"cmn", Opcode::Add, false, false},
    {"tst", Opcode::And, false, false},
    {"teq", Opcode::Xor, false, false},
}};

template <std::size_t N>
const Operator* find_operator(const std::array<Operator, N>& table, std::string_view name) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Operator& row) { return row.name == name; });
  return at == table.end() ? nullptr : &*at;
}

std::optional<Opcode> shift_opcode(std::string_view name) {
  if (name == "lsl") return Opcode::Shl;
  if (name == "lsr") return Opcode::LShr;
  if (name == "asr") return Opcode::AShr;
  if (name == "ror") return Opcode::FShr;
  return std::nullopt;
}

}  // namespace

bool ArmFamilyStatement::is_condition(std::string_view name) { return find_condition(name) != nullptr; }

unsigned ArmFamilyStatement::flags_wanted() const {
  const bool read =
      std::any_of(lines_.begin(), lines_.end(), [&](const AsmLine& line) { return reads_flags(line); }) ||
      std::any_of(bound_.begin(), bound_.end(), [](const Bound& bound) { return bound.kind == Bound::Kind::Flag; });
  return read ? kCarry | kZero | kSign | kOverflow : 0;
}

std::optional<Operand> ArmFamilyStatement::condition(std::string_view name) {
  const Condition* condition = find_condition(name);
  if (condition == nullptr) return std::nullopt;
  for (const Flag needed : {kCarry, kZero, kSign, kOverflow})
    if ((condition->flags & needed) != 0 && !flag(needed)) return std::nullopt;
  Operand result;
  switch (condition->flags) {
    case kCarry | kZero: result = out_.binary(Opcode::Or, 1, logical_not(*flag(kCarry)), *flag(kZero)); break;
    case kSign | kOverflow: result = out_.binary(Opcode::Xor, 1, *flag(kSign), *flag(kOverflow)); break;
    case kZero | kSign | kOverflow:
      result = out_.binary(Opcode::Xor, 1, *flag(kSign), *flag(kOverflow));
      result = out_.binary(Opcode::Or, 1, result, *flag(kZero));
      break;
    default: result = *flag(static_cast<Flag>(condition->flags)); break;
  }
  return condition->negated ? logical_not(result) : result;
}

std::optional<Operand> ArmFamilyStatement::shifted(Operand value, std::string_view shift, unsigned width) {
  const std::size_t space = std::min(shift.find_first_of(" \t#"), shift.size());
  const auto op = shift_opcode(shift.substr(0, space));
  shift.remove_prefix(space);
  while (!shift.empty() && (shift.front() == ' ' || shift.front() == '\t')) shift.remove_prefix(1);
  const auto by = number(shift);
  if (!op || !by || *by >= width) return std::nullopt;
  if (*by == 0) return *op == Opcode::Shl ? std::optional(value) : std::nullopt;  // ARM: another shift
  if (*op != Opcode::FShr) return out_.binary(*op, width, value, out_.constant(*by));
  const Operand low = out_.binary(Opcode::LShr, width, value, out_.constant(*by));
  const Operand high = out_.binary(Opcode::Shl, width, value, out_.constant(width - *by));
  return out_.binary(Opcode::Or, width, low, high);
}

std::optional<Operand> ArmFamilyStatement::flexible(const AsmLine& line, std::size_t first, unsigned width) {
  if (first >= line.arguments.size() || line.arguments.size() > first + 2) return std::nullopt;
  const auto plain = value(line.arguments[first], width);
  if (!plain || line.arguments.size() == first + 1) return plain;
  return shifted(*plain, line.arguments[first + 1], width);
}

void ArmFamilyStatement::set_arithmetic_flags(Opcode op, Operand a, Operand b, Operand result, unsigned width) {
  switch (op) {
    case Opcode::Add: return set_add_flags(a, b, result, width, program::kNone);
    case Opcode::Sub:
      set_subtract_flags(a, b, result, width, program::kNone);
      if (wanted(kCarry)) set_flag(kCarry, logical_not(*flag(kCarry)));
      return;
    default:
      if (logic_clears_carry()) return set_logic_flags(result, width);
      set_result_flags(result, width);  // C, of an operand that is not shifted, and V stay as they are
      return;
  }
}

bool ArmFamilyStatement::data_processing(const AsmLine& line, std::string_view name, bool sets_flags,
                                         std::optional<Operand> holds) {
  const std::vector<std::string>& arguments = line.arguments;
  if (arguments.empty()) return false;
  const auto to = reg(arguments[0]);
  if (!to) return false;
  const unsigned width = to->width;
  // A condition and flags at once would need the old flags.
  if (holds && sets_flags) return refuse("a condition on an instruction that sets flags");
  const auto finish_with = [&](Operand result) {
    if (holds) {
      const auto old = get(*to, width);
      if (!old) return false;
      result = out_.select(*holds, result, *old);
    }
    put(*to, width, result);
    return true;
  };
  const bool shifts = line.arguments.size() > 1 && !reference(arguments.back()) &&
                      shift_opcode(std::string_view(arguments.back()).substr(0, 3)).has_value();
  if (const Operator* row = find_operator(kComparisons, name)) {
    if (holds || sets_flags) return false;
    const bool logic = row->op == Opcode::And || row->op == Opcode::Xor;
    if (logic && shifts && wanted(kCarry) && !logic_clears_carry()) return refuse("its carry is not modelled");
    const auto a = get(*to, width);
    const auto b = flexible(line, 1, width);
    if (!a || !b) return false;
    set_arithmetic_flags(row->op, *a, *b, out_.binary(row->op, width, *a, *b), width);
    return true;
  }
  if (name == "mov" || name == "mvn" || name == "neg") {
    if (sets_flags && (shifts || name == "neg")) return refuse("its flags are not modelled");
    const auto from = flexible(line, 1, width);
    if (!from) return false;
    Operand result = *from;
    if (name == "mvn") result = out_.binary(Opcode::Xor, width, result, out_.constant(low_mask(width)));
    if (name == "neg") result = out_.binary(Opcode::Sub, width, out_.constant(0), result);
    if (sets_flags) set_arithmetic_flags(Opcode::Or, result, result, result, width);
    return finish_with(result);
  }
  if (const auto op = shift_opcode(name); op && arguments.size() == 3) {
    if (sets_flags) return refuse("its flags are not modelled");
    const auto from = value(arguments[1], width);
    if (!from) return false;
    if (const auto by = number(arguments[2])) {
      const auto result = shifted(*from, std::string(name) + " #" + std::to_string(*by), width);
      return result && finish_with(*result);
    }
    const auto by = value(arguments[2], width);
    if (!by || *op == Opcode::FShr) return false;
    return finish_with(out_.binary(*op, width, *from, shift_amount(*by, width)));
  }
  const Operator* row = find_operator(kOperators, name);
  if (row == nullptr || arguments.size() < 2) return false;
  if (sets_flags && row->op == Opcode::Mul) return refuse("its flags are not modelled");
  // `add r0, r1` is `add r0, r0, r1`.
  const bool two = arguments.size() == 2;
  const auto first = two ? get(*to, width) : value(arguments[1], width);
  const auto second = flexible(line, two ? 1 : 2, width);
  if (!first || !second) return false;
  if (sets_flags && shifts && row->op != Opcode::Add && row->op != Opcode::Sub && !logic_clears_carry() &&
      wanted(kCarry))
    return refuse("its carry is not modelled");
  Operand a = row->exchanges ? *second : *first;
  Operand b = row->exchanges ? *first : *second;
  if (row->inverts) b = out_.binary(Opcode::Xor, width, b, out_.constant(low_mask(width)));
  const Operand result = out_.binary(row->op, width, a, b);
  if (sets_flags) set_arithmetic_flags(row->op, a, b, result, width);
  return finish_with(result);
}

}  // namespace shootdown::frontend
