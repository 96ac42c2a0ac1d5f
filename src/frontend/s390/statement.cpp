// Inline assembly of s390: registers, addresses, branches on the condition code (SA22-7832 "Principles of Operation").
#include "frontend/s390/statement.hpp"

#include <algorithm>
#include <charconv>

namespace shootdown::frontend {
namespace {

struct Branch {
  std::string_view name;
  unsigned mask;  // 8: condition code 0, 4: 1, 2: 2, 1: 3
};

// The extended mnemonics of BRANCH RELATIVE ON CONDITION.
constexpr std::array<Branch, 22> kBranches{{
    {"j", 15},   {"jo", 1},   {"jh", 2},   {"jp", 2},   {"jnle", 3}, {"jl", 4},   {"jm", 4},   {"jnhe", 5},
    {"jlh", 6},  {"jne", 7},  {"jnz", 7},  {"je", 8},   {"jz", 8},   {"jnlh", 9}, {"jhe", 10}, {"jnl", 11},
    {"jnm", 11}, {"jle", 12}, {"jnh", 13}, {"jnp", 13}, {"jno", 14}, {"jg", 15},
}};

const Branch* find_branch(std::string_view name) {
  const auto at = std::find_if(kBranches.begin(), kBranches.end(), [&](const Branch& b) { return b.name == name; });
  return at == kBranches.end() ? nullptr : &*at;
}

}  // namespace

bool S390Statement::jumps(std::size_t line) const {
  const std::string& name = lines_[line].mnemonic;
  return find_branch(name) != nullptr || name == "brc" || name == "brct" || name == "brctg";
}

// %r1, and 1 alone, which is how kernels write it where the assembler expects a register.
std::optional<LineRegister> S390Statement::named(std::string_view name) const {
  if (name.starts_with('%')) name.remove_prefix(1);
  if (name.starts_with('r')) name.remove_prefix(1);
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  // The stack pointer is no value here.
  if (name.empty() || failed != std::errc{} || end != name.data() + name.size() || number >= 15) return std::nullopt;
  return LineRegister{{false, number}, 64, false};
}

bool S390Statement::may_be_printed(const std::vector<std::string>& codes, std::uint64_t) const {
  constexpr std::string_view kPrinted = "insgXIJKLMP";
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code.size() == 1 && kPrinted.find(code[0]) != std::string_view::npos;
  });
}

bool S390Statement::is_memory_constraint(const std::vector<std::string>& codes) const {
  constexpr std::string_view kMemory = "moVgXQRST";
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code.size() == 1 && kMemory.find(code[0]) != std::string_view::npos;
  });
}

unsigned S390Statement::flags_wanted() const {
  const bool read = std::any_of(lines_.begin(), lines_.end(), [](const AsmLine& line) {
    return find_branch(line.mnemonic) != nullptr || line.mnemonic == "brc" || line.mnemonic == "ipm";
  });
  return read ? unsigned{kCarry} : 0U;
}

Operand S390Statement::merged(Operand old, Operand value, unsigned width) {
  const Operand kept = out_.binary(Opcode::And, 64, old, out_.constant(~low_mask(width)));
  return out_.binary(Opcode::Or, 64, kept, value);
}

std::optional<LineRegister> S390Statement::second_of_pair(std::string_view first) const {
  const auto found = reg(first);
  if (!found) return std::nullopt;
  LineRegister result = *found;
  if (found->place.is_operand) {
    // An operand of the statement has a second register only if it was bound as a pair.
    const auto is_pair = std::any_of(bound_.begin(), bound_.end(), [&](const Bound& bound) {
      return bound.kind == Bound::Kind::Value && bound.width == 128 && bound.place == found->place;
    });
    if (!is_pair) return std::nullopt;
  } else if (found->place.number % 2 != 0) {
    return std::nullopt;
  }
  ++result.place.number;
  return result;
}

std::optional<Address> S390Statement::address(std::string_view text) {
  if (const auto memory = memory_operand(text)) return memory;
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  const std::string_view displacement = text.substr(0, open);
  const auto start = displacement.empty() ? std::optional<std::uint64_t>(0) : number(displacement);
  const std::vector<std::string> parts = split_list(text.substr(open + 1, text.size() - open - 2));
  if (!start || parts.empty() || parts.size() > 2) return std::nullopt;
  Operand result = out_.constant(*start);
  for (const std::string& part : parts) {
    const auto found = reg(part);
    if (!found) return std::nullopt;
    // Register 0 stands for none.
    if (!found->place.is_operand && found->place.number == 0) continue;
    const auto content = get(*found, 64);
    if (!content) return std::nullopt;
    result = out_.binary(Opcode::Add, 64, result, *content);
  }
  return Address{result, 0};
}

bool S390Statement::branch(const AsmLine& line) {
  const auto to = line.arguments.empty() ? std::nullopt : target(line.arguments.back());
  if (!to) return false;
  if (line.mnemonic.starts_with("brct")) {
    const unsigned width = line.mnemonic == "brctg" ? 64 : 32;
    const auto counter = line.arguments.size() == 2 ? reg(line.arguments[0]) : std::nullopt;
    const auto before = counter ? get(*counter, width) : std::nullopt;
    if (!before) return false;
    const Operand left = out_.binary(Opcode::Sub, width, *before, out_.constant(1));
    put(*counter, width, left);
    out_.branch(out_.binary(Opcode::CmpNe, width, left, out_.constant(0)), *to, starts_[at_ + 1]);
    return true;
  }
  const Branch* row = find_branch(line.mnemonic);
  const auto mask = row != nullptr               ? std::optional<std::uint64_t>(row->mask)
                    : line.arguments.size() == 2 ? number(line.arguments[0])
                                                 : std::nullopt;
  if (!mask || *mask > 15 || (row != nullptr && line.arguments.size() != 1)) return false;
  if (*mask == 0) return true;
  if (*mask == 15) {
    out_.jump(*to);
    return true;
  }
  const auto code = flag(kCarry);
  if (!code) return refuse("no instruction before it sets the condition code");
  const Operand place = out_.binary(Opcode::Sub, 32, out_.constant(3), *code);
  const Operand holds = bit(out_.binary(Opcode::LShr, 32, out_.constant(*mask), place), 0, 32);
  out_.branch(holds, *to, starts_[at_ + 1]);
  return true;
}

bool S390Statement::instruct(const AsmLine& line) {
  if (jumps(at_)) return branch(line);
  return system(line) || atomic(line) || access(line) || shift(line) || compute(line);
}

}  // namespace shootdown::frontend
