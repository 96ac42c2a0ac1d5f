#include "machine/costs.hpp"

#include <bit>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine {

Cost cost_of(Operation op, std::span<const std::uint64_t> arguments, bool only_flushes) {
  const auto bit = [&](unsigned argument, unsigned number) { return (arguments[argument] >> number & 1) != 0; };
  switch (op) {
    // Common
    case Operation::SendIpi: return {CostClass::Ipi, "IPI", "", 1};
    case Operation::SendIpiMask: return {CostClass::Ipi, "IPI", "", static_cast<unsigned>(std::popcount(arguments[0]))};
    case Operation::SendNmi: return {CostClass::Ipi, "NMI", "", 1};
    // x86
    case Operation::X86MovToCr3:
      if (bit(0, 63)) return {CostClass::RootLoad, "MOV to CR3, bit 63", "flushes nothing", 1};
      if (only_flushes) return {CostClass::RootLoad, "MOV to CR3 of its value", "what is not global, of its PCID", 1};
      return {CostClass::RootLoad, "MOV to CR3", "what is not global, of its PCID", 1};
    case Operation::X86MovToCr0:  // flushes if it clears PG
      return {CostClass::TlbInstruction, "MOV to CR0", bit(0, 31) ? "flushes nothing" : "all, this CPU", 1};
    case Operation::X86MovToCr4:
      return {CostClass::TlbInstruction, std::string(info(op).mnemonic), only_flushes ? "all, this CPU" : "", 1};
    case Operation::X86Invlpg: return {CostClass::TlbInstruction, "INVLPG", "a page, this CPU", 1};
    case Operation::X86Invpcid: {
      static constexpr const char* kScopes[] = {"a page of a PCID, this CPU", "a PCID, this CPU", "all, this CPU",
                                                "all but global, this CPU"};
      return {CostClass::TlbInstruction, "INVPCID type " + std::to_string(arguments[0]),
              arguments[0] < 4 ? kScopes[arguments[0]] : "", 1};
    }
    case Operation::X86Invlpgb: {
      std::string scope = bit(0, 0) ? std::to_string((arguments[1] & 0xffff) + 1) + " page(s)" : "all pages";
      scope += bit(0, 1) ? " of a PCID" : "";
      return {CostClass::TlbInstruction, "INVLPGB", scope + (bit(0, 3) ? ", global too" : "") + ", every CPU", 1};
    }
    // arm64
    case Operation::Arm64MsrTtbr0:
    case Operation::Arm64MsrTtbr1: return {CostClass::RootLoad, std::string(info(op).mnemonic), "flushes nothing", 1};
    case Operation::Arm64Tlbi: {
      const auto type = static_cast<std::uint8_t>(arguments[0]);
      return {CostClass::TlbInstruction, "TLBI " + arm64::tlbi_name(type),
              (type & arm64::kTlbiInnerShareable) != 0 ? "every CPU" : "this CPU", 1};
    }
    case Operation::Arm64Dsb:
    case Operation::Arm64Dmb:
      return {CostClass::Barrier, std::string(info(op).mnemonic) + " " + arm64::barrier_name(arguments[0]), "", 1};
    // s390
    case Operation::S390Lctlg:
      return {CostClass::RootLoad, "LCTLG of CR" + std::to_string(arguments[0]), "flushes nothing", 1};
    case Operation::S390Ptlb: return {CostClass::TlbInstruction, "PTLB", "all, this CPU", 1};
    case Operation::S390Ipte:
      return {CostClass::TlbInstruction, "IPTE", bit(2, 0) ? "a page, this CPU" : "a page, every CPU", 1};
    case Operation::S390Idte: {
      const char* what = bit(2, 11) ? "an ASCE" : "what is below an entry";
      return {CostClass::TlbInstruction, bit(2, 11) ? "IDTE by ASCE" : "IDTE",
              std::string(what) + (bit(3, 0) ? ", this CPU" : ", every CPU"), 1};
    }
    case Operation::S390Csp: return {CostClass::TlbInstruction, "CSP", "all, every CPU", 1};
    case Operation::S390Crdte: return {CostClass::TlbInstruction, "CRDTE", "what is below an entry, every CPU", 1};
    // ARM before version 6
    case Operation::ArmMcrTtbr: return {CostClass::RootLoad, "MCR TTBR", "flushes nothing", 1};
    case Operation::ArmMcrTlbiAll:
      return {CostClass::TlbInstruction, std::string(info(op).mnemonic), "all, this CPU", 1};
    case Operation::ArmMcrTlbiMva:
      return {CostClass::TlbInstruction, std::string(info(op).mnemonic), "a page, this CPU", 1};
    default: break;
  }
  const std::string name(info(op).mnemonic);
  const Protection protection = info(op).protection;
  if (protection == Protection::Barrier) return {CostClass::Barrier, name, "", 1};
  if (has_cost(op)) return {CostClass::TlbInstruction, name, "", 1};
  return {};
}

}  // namespace shootdown::machine
