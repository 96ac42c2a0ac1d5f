// Inline assembly of ARM before version 6: coprocessor 15 and the status register (ARM DDI 0198E, chapter 2).
#include <array>

#include "frontend/arm/statement.hpp"

namespace shootdown::frontend {

using machine::Operation;

// MCR and MRC p15, 0, Rd, CRn, CRm, opcode_2.
bool ArmStatement::coprocessor(const AsmLine& line, bool from) {
  const std::vector<std::string>& arguments = line.arguments;
  if (arguments.size() != 5 && arguments.size() != 6) return false;
  const auto field = [&](std::size_t index, std::string_view prefix) -> std::optional<std::uint64_t> {
    std::string_view text = arguments[index];
    // %0 may stand for the number, or `cr7` for c7.
    if (text.starts_with("cr")) text.remove_prefix(1);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return number(text);
  };
  const auto coprocessor_number = field(0, "p"), opcode1 = field(1, "");
  const auto crn = field(3, "c"), crm = field(4, "c");
  const auto opcode2 = arguments.size() == 6 ? field(5, "") : std::optional<std::uint64_t>(0);
  const auto data = reg(arguments[2]);
  if (!data || coprocessor_number != 15U || opcode1 != 0U || !crn || !crm || !opcode2 || *crm > 15 || *opcode2 > 7)
    return false;
  const auto is = [&](unsigned n, unsigned m, unsigned o) { return *crn == n && *crm == m && *opcode2 == o; };
  if (from) {
    std::optional<Operation> operation;
    if (is(1, 0, 0)) operation = Operation::ArmMrcSctlr;
    if (is(2, 0, 0)) operation = Operation::ArmMrcTtbr;
    if (is(6, 0, 0)) operation = Operation::ArmMrcFar;
    if (!operation) return false;
    put(*data, 32, out_.operate(*operation, {}));
    return true;
  }
  const bool invalidates = *crn == 8 && (*crm == 5 || *crm == 6 || *crm == 7) && *opcode2 <= 1;
  const bool changes = invalidates || is(1, 0, 0) || is(2, 0, 0);
  if (!changes && *crn != 7) return false;
  // "Should be zero" where the register does not matter: whatever it holds.
  const bool ignored = (invalidates && *opcode2 == 0) || is(7, 0, 4);
  const auto content = ignored ? std::optional(out_.constant(0)) : value(arguments[2], 32);
  if (!content) return false;
  if (changes) warn_without_clobber(line.text);
  if (is(1, 0, 0))
    out_.operate(Operation::ArmMcrSctlr, {*content});
  else if (is(2, 0, 0))
    out_.operate(Operation::ArmMcrTtbr, {*content});
  else if (invalidates && *opcode2 == 0)
    out_.operate(Operation::ArmMcrTlbiAll, {});
  else if (invalidates)
    out_.operate(Operation::ArmMcrTlbiMva, {*content});
  else if (is(7, 0, 4))
    out_.operate(Operation::ArmWfi, {});
  else
    out_.operate(Operation::ArmMcrCache, {out_.constant(*crm << 4 | *opcode2), *content});
  return true;
}

// MRS Rd, CPSR and MSR CPSR_c, operand. Other fields are not modelled, and the saved status register neither.
bool ArmStatement::status_register(const AsmLine& line, bool from) {
  if (line.arguments.size() != 2) return false;
  std::string name = line.arguments[from ? 1 : 0];
  make_lower_case(name);
  if (from) {
    const auto to = reg(line.arguments[0]);
    if (!to || name != "cpsr") return false;
    put(*to, 32, out_.operate(Operation::ArmMrsCpsr, {}));
    return true;
  }
  const auto content = value(line.arguments[1], 32);
  if (!content || name != "cpsr_c") return false;
  out_.operate(Operation::ArmMsrCpsr, {*content});
  return true;
}

}  // namespace shootdown::frontend
