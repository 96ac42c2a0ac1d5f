// Inline assembly of arm64: registers, branches, computation (Arm ARM, C6.2).
#include "frontend/arm64/statement.hpp"

#include <algorithm>
#include <charconv>

namespace shootdown::frontend {
namespace {

// "b.eq" and the older "beq".
std::string_view branch_condition(std::string_view mnemonic) {
  if (mnemonic.starts_with("b.")) return mnemonic.substr(2);
  return mnemonic.size() == 3 && mnemonic[0] == 'b' ? mnemonic.substr(1) : std::string_view();
}

constexpr std::array<std::string_view, 6> kBranches{"b", "cbz", "cbnz", "tbz", "tbnz", "b.al"};

}  // namespace

bool Arm64Statement::jumps(std::size_t line) const {
  const std::string& name = lines_[line].mnemonic;
  return std::find(kBranches.begin(), kBranches.end(), name) != kBranches.end() || is_condition(branch_condition(name));
}

bool Arm64Statement::reads_flags(const AsmLine& line) const {
  return is_condition(branch_condition(line.mnemonic)) || line.mnemonic.starts_with("cs") ||
         line.mnemonic.starts_with("cinc");
}

std::optional<LineRegister> Arm64Statement::named(std::string_view name) const {
  if (name == "xzr" || name == "wzr") return LineRegister{{}, name[0] == 'x' ? 64U : 32U, true};
  if (name.size() < 2 || (name[0] != 'x' && name[0] != 'w')) return std::nullopt;
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  if (failed != std::errc{} || end != name.data() + name.size() || number > 30) return std::nullopt;
  return LineRegister{{false, number}, name[0] == 'x' ? 64U : 32U, false};
}

bool Arm64Statement::may_be_printed(const std::vector<std::string>& codes, std::uint64_t) const {
  constexpr std::string_view kPrinted = "insgXIJKLMNZYS";
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code.size() == 1 && kPrinted.find(code[0]) != std::string_view::npos;
  });
}

bool Arm64Statement::is_memory_constraint(const std::vector<std::string>& codes) const {
  return std::any_of(codes.begin(), codes.end(), [](const std::string& code) {
    return code == "m" || code == "o" || code == "V" || code == "Q" || code == "X" || code == "g" ||
           code.starts_with("Um");
  });
}

bool Arm64Statement::branch(const AsmLine& line) {
  const std::string& name = line.mnemonic;
  const auto to = line.arguments.empty() ? std::nullopt : target(line.arguments.back());
  if (!to) return false;
  if (name == "b" || name == "b.al") {
    if (line.arguments.size() != 1) return false;
    out_.jump(*to);
    return true;
  }
  const bool tests_bit = name.starts_with("tb");
  Operand holds;
  if (tests_bit || name.starts_with("cb")) {
    const auto from = line.arguments.size() == (tests_bit ? 3U : 2U) ? reg(line.arguments[0]) : std::nullopt;
    if (!from) return false;
    unsigned width = from->width;
    const auto bit_number = tests_bit ? number(line.arguments[1]) : std::optional<std::uint64_t>(0);
    if (!bit_number || *bit_number > 63) return false;
    // TBZ with a W register may name any of its bits; the assembler takes an X register for those as well.
    if (tests_bit && *bit_number < 32) width = 32;
    const auto content = get(*from, width);
    if (!content) return false;
    const Operand tested = tests_bit ? bit(*content, static_cast<unsigned>(*bit_number), width) : *content;
    holds = out_.binary(name.ends_with("nz") ? Opcode::CmpNe : Opcode::CmpEq, tests_bit ? 1 : width, tested,
                        out_.constant(0));
  } else {
    const auto found = line.arguments.size() == 1 ? condition(branch_condition(name)) : std::nullopt;
    if (!found) return refuse("no instruction before it sets the flags it reads");
    holds = *found;
  }
  out_.branch(holds, *to, starts_[at_ + 1]);
  return true;
}

// BFI, BFXIL, UBFX, UBFIZ, SBFX: destination, source, least significant bit, width.
bool Arm64Statement::bit_field(const AsmLine& line) {
  if (line.arguments.size() != 4) return false;
  const auto to = reg(line.arguments[0]);
  const auto lsb = number(line.arguments[2]), bits = number(line.arguments[3]);
  if (!to || !lsb || !bits || *bits == 0 || *lsb + *bits > to->width) return false;
  const unsigned width = to->width;
  const auto from = value(line.arguments[1], width);
  if (!from) return false;
  const std::uint64_t mask = low_mask(static_cast<unsigned>(*bits));
  const bool places = line.mnemonic == "bfi" || line.mnemonic == "ubfiz";  // else it takes them from there
  Operand field = places ? *from : out_.binary(Opcode::LShr, width, *from, out_.constant(*lsb));
  field = out_.binary(Opcode::And, width, field, out_.constant(mask));
  if (places) field = out_.binary(Opcode::Shl, width, field, out_.constant(*lsb));
  if (line.mnemonic == "sbfx") field = out_.convert(Opcode::SExt, static_cast<unsigned>(*bits), width, field);
  if (line.mnemonic.starts_with("bf")) {
    const auto old = get(*to, width);
    if (!old) return false;
    const std::uint64_t kept = low_mask(width) & ~(places ? mask << *lsb : mask);
    field = out_.binary(Opcode::Or, width, field, out_.binary(Opcode::And, width, *old, out_.constant(kept)));
  }
  put(*to, width, field);
  return true;
}

bool Arm64Statement::compute(const AsmLine& line) {
  const std::string& name = line.mnemonic;
  constexpr std::array<std::string_view, 5> kFields{"bfi", "bfxil", "ubfx", "ubfiz", "sbfx"};
  if (std::find(kFields.begin(), kFields.end(), name) != kFields.end()) return bit_field(line);
  const auto to = line.arguments.empty() ? std::nullopt : reg(line.arguments[0]);
  if (name == "cset" || name == "csel") {
    const auto holds =
        line.arguments.size() == (name == "cset" ? 2U : 4U) ? condition(line.arguments.back()) : std::nullopt;
    if (!to || !holds) return false;
    const auto yes = name == "cset" ? std::optional(out_.constant(1)) : value(line.arguments[1], to->width);
    const auto no = name == "cset" ? std::optional(out_.constant(0)) : value(line.arguments[2], to->width);
    if (!yes || !no) return false;
    put(*to, to->width, out_.select(*holds, *yes, *no));
    return true;
  }
  const bool extends = name == "uxtb" || name == "uxth" || name == "sxtw" || name == "sxtb" || name == "sxth";
  if (extends || name == "rev" || name == "clz") {
    const auto from = line.arguments.size() == 2 ? reg(line.arguments[1]) : std::nullopt;
    if (!to || !from) return false;
    const unsigned narrow = !extends ? to->width : name.ends_with('b') ? 8 : name.ends_with('h') ? 16 : 32;
    const auto content = get(*from, narrow);
    if (!content) return false;
    if (!extends)
      put(*to, to->width, out_.unary(name == "rev" ? Opcode::ByteSwap : Opcode::CtLz, narrow, *content));
    else
      put(*to, to->width, out_.convert(name[0] == 'u' ? Opcode::ZExt : Opcode::SExt, narrow, to->width, *content));
    return true;
  }
  constexpr std::array<std::string_view, 4> kWithFlags{"adds", "subs", "ands", "bics"};
  const bool sets_flags = std::find(kWithFlags.begin(), kWithFlags.end(), name) != kWithFlags.end();
  const std::string_view plain = std::string_view(name).substr(0, name.size() - (sets_flags ? 1 : 0));
  if (plain == "rsb" || plain == "teq") return false;  // ARM's
  return data_processing(line, plain, sets_flags, std::nullopt);
}

bool Arm64Statement::instruct(const AsmLine& line) {
  if (jumps(at_)) return branch(line);
  return system(line) || memory(line) || compute(line);
}

}  // namespace shootdown::frontend
