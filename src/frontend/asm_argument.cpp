// Inline assembly as text: registers, operands and addresses.
#include <algorithm>
#include <array>
#include <charconv>

#include "frontend/asm_parse.hpp"

namespace shootdown::frontend {

AsmArgument parse_argument(std::string_view text);

namespace {

constexpr std::array<std::string_view, 8> kLegacy{"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};

std::optional<unsigned> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failed != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return number;
}

RegisterName general(std::size_t number, unsigned width, bool high = false) {
  return {RegisterName::Kind::General, static_cast<unsigned>(number), width, high};
}

std::optional<RegisterName> legacy_register(std::string_view name) {
  for (std::size_t i = 0; i < kLegacy.size(); ++i) {
    const std::string_view word = kLegacy[i];
    if (name == word) return general(i, 16);
    if (name.size() == 3 && name.substr(1) == word && name[0] == 'e') return general(i, 32);
    if (name.size() == 3 && name.substr(1) == word && name[0] == 'r') return general(i, 64);
    if (i >= 4 && name.size() == 3 && name.substr(0, 2) == word && name[2] == 'l') return general(i, 8);
    if (i < 4 && name.size() == 2 && name[0] == word[0] && name[1] == 'l') return general(i, 8);
    if (i < 4 && name.size() == 2 && name[0] == word[0] && name[1] == 'h') return general(i, 8, true);
  }
  return std::nullopt;
}

std::optional<RegisterName> numbered_register(std::string_view name) {
  unsigned width = 64;
  std::string_view stem = name;
  if (stem.ends_with('d')) width = 32;
  if (stem.ends_with('w')) width = 16;
  if (stem.ends_with('b')) width = 8;
  if (width != 64) stem.remove_suffix(1);
  const auto number = number_after(stem, "r");
  if (!number || *number < 8 || *number > 15) return std::nullopt;
  return general(*number, width);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes "%name" off the start of TEXT.
std::optional<std::string_view> take_register_name(std::string_view& text) {
  if (!text.starts_with('%')) return std::nullopt;
  std::size_t length = 1;
  while (length < text.size() &&
         ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= '0' && text[length] <= '9')))
    ++length;
  const std::string_view name = text.substr(1, length - 1);
  text = trimmed(text.substr(length));
  return name;
}

// One register of an address; false if TEXT is none. Nothing at all is no register, which is allowed.
bool parse_address_register(std::string_view text, AsmRegister& result) {
  text = trimmed(text);
  if (text.empty()) return true;
  if (auto reference = take_reference(text)) {
    result.operand = reference;
    return text.empty();
  }
  const auto name = take_register_name(text);
  if (!name || !text.empty()) return false;
  result.name = parse_register(*name);
  return result.name.has_value();
}

// "(base,index,scale)" at the end of TEXT, taken off. False: there is something that is none.
bool take_address_registers(std::string_view& text, AsmArgument& argument) {
  if (!text.ends_with(')')) return true;
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos) return false;
  std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  // "(1 << 3)" is a displacement in parentheses.
  if (inside.find('%') == std::string_view::npos && inside.find(kReferenceBegin) == std::string_view::npos) return true;
  text = trimmed(text.substr(0, open));
  argument.kind = AsmArgument::Kind::Memory;

  const std::size_t first = std::min(inside.find(','), inside.size());
  if (!parse_address_register(inside.substr(0, first), argument.base)) return false;
  inside.remove_prefix(std::min(first + 1, inside.size()));
  const std::size_t second = std::min(inside.find(','), inside.size());
  if (!parse_address_register(inside.substr(0, second), argument.index)) return false;
  inside.remove_prefix(std::min(second + 1, inside.size()));
  inside = trimmed(inside);
  if (inside.empty()) return true;
  const auto [end, failed] = std::from_chars(inside.data(), inside.data() + inside.size(), argument.scale);
  return failed == std::errc{} && end == inside.data() + inside.size();
}

}  // namespace

std::optional<RegisterName> parse_register(std::string_view name) {
  if (auto found = legacy_register(name)) return found;
  if (auto found = numbered_register(name)) return found;
  if (auto number = number_after(name, "cr")) return RegisterName{RegisterName::Kind::Control, *number, 64, false};
  if (name.size() == 2 && name[1] == 's' && std::string_view("cdefgs").find(name[0]) != std::string_view::npos)
    return RegisterName{RegisterName::Kind::Segment, static_cast<unsigned>(name[0]), 16, false};
  if (name == "rip" || name == "eip") return RegisterName{RegisterName::Kind::InstructionPointer, 0, 64, false};
  return std::nullopt;
}

AsmArgument parse_argument(std::string_view text) {
  AsmArgument result;
  if (text.starts_with('*')) {
    result.indirect = true;
    text = trimmed(text.substr(1));
  }
  if (text.starts_with('$')) {
    result.kind = AsmArgument::Kind::Immediate;
    result.expression = trimmed(text.substr(1));
    return result;
  }
  if (std::string_view rest = text; auto name = take_register_name(rest)) {
    if (rest.empty()) {
      const auto found = parse_register(*name);
      result.kind = found ? AsmArgument::Kind::Register : AsmArgument::Kind::Unknown;
      if (found) result.reg = *found;
      return result;
    }
    if (!rest.starts_with(':')) return result;
    result.segment = *name;
    result.kind = AsmArgument::Kind::Memory;
    text = trimmed(rest.substr(1));
  }
  if (std::string_view rest = text; auto reference = take_reference(rest)) {
    rest = trimmed(rest);
    // `${1:P}(%rip)`: the address of the operand itself.
    if (rest.empty() || rest == "(%rip)") {
      if (result.kind != AsmArgument::Kind::Memory) result.kind = AsmArgument::Kind::Operand;
      result.operand = *reference;
      result.has_operand = true;
      return result;
    }
  }
  if (!take_address_registers(text, result)) {
    result.kind = AsmArgument::Kind::Unknown;
    return result;
  }
  if (result.kind == AsmArgument::Kind::Unknown) result.kind = AsmArgument::Kind::Bare;
  result.expression = trimmed(text);
  return result;
}

}  // namespace shootdown::frontend
