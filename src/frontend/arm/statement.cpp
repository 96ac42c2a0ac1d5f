// Inline assembly of ARM before version 6: mnemonics, conditions, registers, loads and stores (DDI 0100I, chapter A4).
#include "frontend/arm/statement.hpp"

#include <algorithm>
#include <charconv>

namespace shootdown::frontend {
namespace {

constexpr std::array<std::string_view, 30> kBases{
    "mov", "mvn", "add", "sub",  "rsb",  "and",  "orr",  "eor", "bic", "cmp",  "cmn", "tst", "teq", "mul", "lsl",
    "lsr", "asr", "ror", "ldrb", "ldrh", "strb", "strh", "ldr", "str", "swpb", "swp", "mcr", "mrc", "mrs", "msr"};

constexpr std::array<std::string_view, 4> kNoFlags{"cmp", "cmn", "tst", "teq"};

}  // namespace

// base, condition and S in either order: addnes and addsne; before B, H of loads as well: ldrneb.
std::optional<ArmStatement::Name> ArmStatement::split(std::string_view mnemonic) {
  if (mnemonic == "b") return Name{"b", {}, false};
  if (mnemonic.size() == 3 && mnemonic[0] == 'b' && (is_condition(mnemonic.substr(1)) || mnemonic == "bal"))
    return Name{"b", mnemonic == "bal" ? std::string() : std::string(mnemonic.substr(1)), false};
  // Longer names first where one begins another.
  for (std::string_view base : kBases) {
    Name result{std::string(base), {}, false};
    if (mnemonic == base) return result;
    if (!mnemonic.starts_with(base)) continue;
    std::string_view rest = mnemonic.substr(base.size());
    const bool s_first = rest.starts_with('s') && (rest.size() == 1 || rest.size() == 3);
    if (s_first) rest.remove_prefix(1);
    if (rest.size() >= 2 && (is_condition(rest.substr(0, 2)) || rest.substr(0, 2) == "al")) {
      if (rest.substr(0, 2) != "al") result.condition = rest.substr(0, 2);
      rest.remove_prefix(2);
    }
    result.sets_flags = s_first;
    if (rest == "s" && !s_first) {
      result.sets_flags = true;
      rest.remove_prefix(1);
    }
    if ((base == "ldr" || base == "str") && (rest == "b" || rest == "h")) {
      result.base += rest;
      rest = {};
    }
    if (rest.empty() && !(result.sets_flags && std::find(kNoFlags.begin(), kNoFlags.end(), base) != kNoFlags.end()))
      return result;
  }
  return std::nullopt;
}

bool ArmStatement::jumps(std::size_t line) const {
  const auto name = split(lines_[line].mnemonic);
  return name && name->base == "b";
}

bool ArmStatement::reads_flags(const AsmLine& line) const {
  const auto name = split(line.mnemonic);
  return name && !name->condition.empty();
}

std::optional<LineRegister> ArmStatement::named(std::string_view name) const {
  if (name == "ip") return LineRegister{{false, 12}, 32, false};
  if (name == "lr") return LineRegister{{false, 14}, 32, false};
  if (name.size() < 2 || name[0] != 'r') return std::nullopt;
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  // The stack pointer and the program counter are no values here.
  if (failed != std::errc{} || end != name.data() + name.size() || number > 14 || number == 13) return std::nullopt;
  return LineRegister{{false, number}, 32, false};
}

bool ArmStatement::may_be_printed(const std::vector<std::string>& codes, std::uint64_t) const {
  constexpr std::string_view kPrinted = "insgXIJKLMN";
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code.size() == 1 && kPrinted.find(code[0]) != std::string_view::npos;
  });
}

bool ArmStatement::is_memory_constraint(const std::vector<std::string>& codes) const {
  return std::any_of(codes.begin(), codes.end(), [](const std::string& code) {
    return code == "m" || code == "o" || code == "V" || code == "Q" || code == "X" || code == "g";
  });
}

// %0 of a memory operand, [%0], [r1, #4], [r1, r2]; nothing that changes its base.
std::optional<Address> ArmStatement::address(const AsmLine& line, std::size_t first) {
  if (line.arguments.size() != first + 1) return std::nullopt;
  const std::string& text = line.arguments[first];
  if (const auto memory = memory_operand(text)) return memory;
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
  const std::vector<std::string> parts = split_list(std::string_view(text).substr(1, text.size() - 2));
  if (parts.empty() || parts.size() > 2) return std::nullopt;
  const auto base = reg(parts[0]);
  const auto start = base ? get(*base, 32) : std::nullopt;
  if (!start) return std::nullopt;
  if (parts.size() == 1) return Address{*start, 0};
  const auto offset = value(parts[1], 32);
  if (!offset) return std::nullopt;
  return Address{out_.binary(Opcode::Add, 32, *start, *offset), 0};
}

bool ArmStatement::access(const AsmLine& line, std::string_view base) {
  const unsigned width = base.ends_with('b') ? 8 : base.ends_with('h') ? 16 : 32;
  if (line.arguments.empty()) return false;
  const auto data = reg(line.arguments[0]);
  const auto at = address(line, 1);
  if (!data || !at) return false;
  if (base.starts_with("ldr")) {
    put(*data, 32, load(*at, width));
    return true;
  }
  const auto content = get(*data, width);
  if (!content) return false;
  store(*at, *content, width);
  return true;
}

// SWP, SWPB: one indivisible exchange.
bool ArmStatement::swap(const AsmLine& line, unsigned width) {
  if (line.arguments.size() != 3) return false;
  const auto to = reg(line.arguments[0]);
  const auto from = value(line.arguments[1], width);
  const auto at = address(line, 2);
  if (!to || !from || !at) return false;
  put(*to, 32, modify(Opcode::RmwXchg, *at, *from, width, program::kAtomic));
  return true;
}

// What writes no register that a condition would have to keep.
bool ArmStatement::always(const AsmLine& line, const std::string& base) {
  if (base == "mcr") return coprocessor(line, false);
  if (base == "msr") return status_register(line, false);
  if (base == "str" || base == "strb" || base == "strh") return access(line, base);
  return false;
}

bool ArmStatement::instruct(const AsmLine& line) {
  if (line.mnemonic == "nop" || line.mnemonic == ".arch" || line.mnemonic == ".align") return true;
  if (line.mnemonic == "pld") return true;
  const auto name = split(line.mnemonic);
  if (!name) return false;
  std::optional<Operand> holds;
  if (!name->condition.empty()) {
    holds = condition(name->condition);
    if (!holds) return refuse("no instruction before it sets the flags it reads");
  }
  if (name->base == "b") {
    const auto to = line.arguments.size() == 1 ? target(line.arguments[0]) : std::nullopt;
    if (!to) return false;
    if (holds)
      out_.branch(*holds, *to, starts_[at_ + 1]);
    else
      out_.jump(*to);
    return true;
  }
  const bool writes_none = name->base == "mcr" || name->base == "msr" || name->base.starts_with("str");
  if (holds && !name->sets_flags && writes_none) {
    const Label yes = out_.new_label(), no = out_.new_label();
    out_.branch(*holds, yes, no);
    out_.bind(yes);
    if (!always(line, name->base)) problem(line.text);
    out_.bind(no);
    return true;
  }
  if (!holds && !name->sets_flags) {
    if (always(line, name->base)) return true;
    if (name->base == "mrc") return coprocessor(line, true);
    if (name->base == "mrs") return status_register(line, true);
    if (name->base.starts_with("ldr")) return access(line, name->base);
    if (name->base == "swp" || name->base == "swpb") return swap(line, name->base == "swpb" ? 8 : 32);
  }
  return data_processing(line, name->base, name->sets_flags, holds);
}

}  // namespace shootdown::frontend
