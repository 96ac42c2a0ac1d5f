// Inline assembly of s390: control registers, the system mask, what invalidates translations.
//
// Assemblers write the fields of IDTE and CRDTE as R1,R3,R2,M4 and those of `.insn rrf` as R1,R2,R3,M4; both forms
// assemble to the same bytes (checked with LLVM 19: `.insn rrf,0xb98e0000,%r1,%r2,%r3,4` and `idte %r1,%r3,%r2,4` are
// b98e3412).
#include <array>

#include "frontend/s390/statement.hpp"

namespace shootdown::frontend {

using machine::Operation;

namespace {

constexpr unsigned kLocalClearing = 1;  // bit 3 of M4

// Register 0 where the instruction takes it for "none".
bool is_none(const std::optional<LineRegister>& found) {
  return found && !found->place.is_operand && found->place.number == 0;
}

}  // namespace

// LCTLG and STCTG of registers FIRST to LAST, in order, wrapping from 15 to 0: one operation a register.
bool S390Statement::control_registers(const AsmLine& line, bool loads) {
  if (line.arguments.size() != 3) return false;
  std::array<std::optional<std::uint64_t>, 2> limits;
  for (unsigned i = 0; i < 2; ++i) {
    std::string_view text = line.arguments[i];
    if (text.starts_with("%c")) text.remove_prefix(2);
    limits[i] = number(text);
    if (!limits[i] || *limits[i] > 15) return false;
  }
  const auto at = address(line.arguments[2]);
  if (!at) return false;
  const unsigned count = static_cast<unsigned>((*limits[1] - *limits[0]) & 15) + 1;
  if (loads) warn_without_clobber(line.text);
  for (unsigned i = 0; i < count; ++i) {
    const Address place{out_.offset(at->operand, 8ULL * i, 64), at->flags};
    const Operand which = out_.constant((*limits[0] + i) & 15);
    if (loads)
      out_.operate(Operation::S390Lctlg, {which, load(place, 64)});
    else
      store(place, out_.operate(Operation::S390Stctg, {which}), 64);
  }
  return true;
}

// STNSM, STOSM: the old mask goes to memory, as one byte. SSM takes it from there.
bool S390Statement::system_mask(const AsmLine& line) {
  const bool sets = line.mnemonic == "ssm";
  if (line.arguments.size() != (sets ? 1U : 2U)) return false;
  const auto at = address(line.arguments[0]);
  if (!at) return false;
  if (sets) {
    out_.operate(Operation::S390Ssm, {load(*at, 8)});
    return true;
  }
  const auto mask = number(line.arguments[1]);
  if (!mask || *mask > 255) return false;
  const Operation operation = line.mnemonic == "stnsm" ? Operation::S390Stnsm : Operation::S390Stosm;
  store(*at, out_.operate(operation, {out_.constant(*mask)}), 8);
  return true;
}

bool S390Statement::invalidate_page(const AsmLine& line, std::string_view r1, std::string_view r2, std::string_view r3,
                                    std::string_view m4) {
  const auto table = reg(r1), page = reg(r2);
  const auto options = number(m4);
  if (!table || !page || !options || *options > kLocalClearing) return false;
  if (!is_none(reg(r3))) return refuse("a range of pages, or an address space in R3, is not modelled");
  const auto origin = get(*table, 64), va = get(*page, 64);
  if (!origin || !va) return false;
  warn_without_clobber(line.text);
  out_.operate(Operation::S390Ipte, {*origin, *va, out_.constant(*options)});
  return true;
}

bool S390Statement::invalidate_table(const AsmLine& line, std::string_view r1, std::string_view r3, std::string_view r2,
                                     std::string_view m4) {
  const auto table = reg(r1), asce = reg(r3), page = reg(r2);
  const auto options = number(m4);
  if (!table || !asce || !page || !options || *options > kLocalClearing) return false;
  // Clearing by ASCE does not look at R1, whatever the register holds: kernels write 0.
  const auto origin = is_none(table) ? std::optional(out_.constant(0)) : get(*table, 64);
  const auto space = is_none(asce) ? std::optional(out_.constant(0)) : get(*asce, 64);
  const auto va = get(*page, 64);
  if (!origin || !space || !va) return false;
  warn_without_clobber(line.text);
  out_.operate(Operation::S390Idte, {*origin, *space, *va, out_.constant(*options)});
  return true;
}

// What the comparison found is left in R1, which the operation does not tell; the condition code says whether it was
// what R1 held.
bool S390Statement::compare_and_replace(const AsmLine& line, std::string_view r1, std::string_view r3,
                                        std::string_view r2, std::string_view m4) {
  const auto old = reg(r1), value = second_of_pair(r1);
  const auto table = reg(r2), page = second_of_pair(r2);
  const auto asce = reg(r3);
  if (!old || !value || !table || !page || !asce || number(m4) != 0U) return false;
  if (jumping_) return refuse("in a statement that jumps");
  const auto compared = get(*old, 64), replacement = get(*value, 64), origin = get(*table, 64), va = get(*page, 64);
  const auto space = is_none(asce) ? std::optional(out_.constant(0)) : get(*asce, 64);
  if (!compared || !replacement || !origin || !va || !space) return false;
  warn_without_clobber(line.text);
  const Operand stored = out_.operate(Operation::S390Crdte, {*compared, *replacement, *origin, *va, *space});
  forget(old->place, line.text);
  set_code(logical_not(stored));
  return true;
}

// CSP and CSPG: the last bits of R2 say what is purged; only a purge of the TLB is modelled.
bool S390Statement::compare_and_purge(const AsmLine& line, std::string_view r1, std::string_view r2, unsigned bytes) {
  const auto old = reg(r1), value = second_of_pair(r1), at = reg(r2);
  if (!old || !value || !at) return false;
  if (jumping_) return refuse("in a statement that jumps");
  const unsigned width = bytes * 8;
  const auto compared = get(*old, width), replacement = get(*value, width), where = get(*at, 64);
  if (!compared || !replacement || !where) return false;
  const Operand purges = bit(*where, 0, 64);
  if (out_.is_constant(purges) && out_.constant_value(purges) == 0)
    return refuse("it purges no TLB, which is not modelled");
  if (!out_.is_constant(purges)) {
    const Label yes = out_.new_label(), no = out_.new_label();
    out_.branch(purges, yes, no);
    out_.bind(no);
    problem(line.text, "it purges no TLB, which is not modelled");
    out_.bind(yes);
  }
  warn_without_clobber(line.text);
  const Operand word_address = out_.binary(Opcode::And, 64, *where, out_.constant(~(std::uint64_t{bytes} - 1)));
  const Operand stored =
      out_.operate(Operation::S390Csp, {word_address, *compared, *replacement, out_.constant(bytes)});
  forget(old->place, line.text);
  set_code(logical_not(stored));
  return true;
}

// .insn rrf,code,R1,R2,R3,M4 and .insn rre,code,R1,R2.
bool S390Statement::spelled_out(const AsmLine& line) {
  const std::vector<std::string>& a = line.arguments;
  const auto code = a.size() >= 2 ? number(a[1]) : std::nullopt;
  if (!code) return false;
  if (a[0] == "rre" && a.size() == 4) {
    if (*code == 0xb2500000) return compare_and_purge(line, a[2], a[3], 4);
    if (*code == 0xb98a0000) return compare_and_purge(line, a[2], a[3], 8);
  }
  if (a[0] == "rrf" && a.size() == 6) {
    if (*code == 0xb2210000) return invalidate_page(line, a[2], a[3], a[4], a[5]);
    if (*code == 0xb98e0000) return invalidate_table(line, a[2], a[4], a[3], a[5]);
    if (*code == 0xb98f0000) return compare_and_replace(line, a[2], a[4], a[3], a[5]);
  }
  return false;
}

bool S390Statement::system(const AsmLine& line) {
  const std::string& name = line.mnemonic;
  const std::vector<std::string>& a = line.arguments;
  if (name == "lctlg" || name == "stctg") return control_registers(line, name == "lctlg");
  if (name == "stnsm" || name == "stosm" || name == "ssm") return system_mask(line);
  if (name == ".insn") return spelled_out(line);
  if (name == "ipte" && a.size() >= 2 && a.size() <= 4)
    return invalidate_page(line, a[0], a[1], a.size() > 2 ? a[2] : "0", a.size() > 3 ? a[3] : "0");
  if ((name == "idte" || name == "crdte") && (a.size() == 3 || a.size() == 4)) {
    const std::string_view m4 = a.size() == 4 ? std::string_view(a[3]) : "0";
    return name == "idte" ? invalidate_table(line, a[0], a[1], a[2], m4)
                          : compare_and_replace(line, a[0], a[1], a[2], m4);
  }
  if ((name == "csp" || name == "cspg") && a.size() == 2)
    return compare_and_purge(line, a[0], a[1], name == "csp" ? 4 : 8);
  if (name == "ptlb" && a.empty()) {
    warn_without_clobber(line.text);
    out_.operate(Operation::S390Ptlb, {});
    return true;
  }
  // BCR 15,0 serializes, BCR 14,0 does with the fast-BCR-serialization facility.
  if (name == "bcr" && a.size() == 2) {
    const auto mask = number(a[0]);
    if ((mask != 15U && mask != 14U) || !is_none(reg(a[1]))) return false;
    out_.operate(Operation::S390Bcr, {});
    return true;
  }
  return name == "nop" || name == "nopr" || name == "jnop" || name == ".align" || name == "pfd";
}

}  // namespace shootdown::frontend
