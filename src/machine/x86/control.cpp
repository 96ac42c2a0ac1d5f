// MOV to and from the control registers: faults, and what each must remove from the TLB.
//
// Sources: SDM 2, "MOV - Move to/from Control Registers" (faults); SDM 3, 4.10.4.1 (invalidations), 4.10.1 (PCIDs).
#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

namespace {

struct NamedBit {
  unsigned bit;
  const char* name;
};
// CR4 bits that change how translation works and are not modelled. Refused by name, never ignored.
constexpr NamedBit kNotModelled[] = {{12, "LA57"}, {20, "SMEP"}, {21, "SMAP"}, {22, "PKE"}, {23, "CET"}, {24, "PKS"}};
// CR4 bits that translation does not depend on: VME, PVI, TSD, DE, MCE, PCE, OSFXSR, OSXMMEXCPT, UMIP, FSGSBASE,
// OSXSAVE.
constexpr std::uint64_t kHarmlessCr4 =
    0x1u | 0x2u | 0x4u | 0x8u | 0x40u | 0x100u | 0x200u | 0x400u | 0x800u | 0x10000u | 0x40000u;

}  // namespace

Outcome X86::move_to_cr0(State& state, unsigned cpu, std::uint64_t value) const {
  Cpu& c = state.cpus[cpu];
  const std::uint64_t before = c.x86.cr0;
  const bool turns_off = (before & kCr0Pg) != 0 && (value & kCr0Pg) == 0;
  if ((value & kCr0Pg) != 0 && (value & kCr0Pe) == 0 && holds(Rule::Cr0PgNeedsPe))
    return fault(kVectorGp, 0, "#GP", "CR0.PG set with CR0.PE clear");
  if ((value & (kCr0Pg | kCr0Pe)) == 0) return unsupported("real mode (CR0.PE clear)");
  // CR4.PCIDE = 1 forbids it as well, but that is possible in 64-bit mode only.
  if (turns_off && mode_ == Mode::X86_64 && holds(Rule::LongModeKeepsPg))
    return fault(kVectorGp, 0, "#GP", "CR0.PG cleared in 64-bit mode");
  c.x86.cr0 = value;
  if (turns_off && holds(Rule::PgOffFlushesAll)) c.tlb.clear();
  fill(state, c, Rule::FillWithoutAccess);
  return changed();
}

Outcome X86::move_to_cr3(State& state, unsigned cpu, std::uint64_t value) const {
  Cpu& c = state.cpus[cpu];
  const bool tagged = tags_in_use(c);
  if (!tagged && (value & kCr3NoFlush) != 0 && holds(Rule::Cr3Bit63WithoutPcideGp))
    return fault(kVectorGp, 0, "#GP", "CR3 bit 63 set with CR4.PCIDE clear");
  if ((value & ~kCr3NoFlush) >> 52 != 0 && holds(Rule::Cr3ReservedBitsGp))
    return fault(kVectorGp, 0, "#GP", "reserved bits of CR3 set");
  const bool keeps = tagged && (value & kCr3NoFlush) != 0 && holds(Rule::Cr3NoflushKeeps);
  const bool of_operand = tagged && holds(Rule::Cr3FlushesPcidOfOperand);
  if (!keeps) cut_root_load(c, of_operand ? static_cast<std::uint16_t>(value & kPcidMask) : tag(c));
  c.x86.cr3 = holds(Rule::Cr3Bit63ReadsZero) ? value & ~kCr3NoFlush : value;
  fill(state, c, Rule::FillWithoutAccess);
  return changed();
}

Outcome X86::move_to_cr4(State& state, unsigned cpu, std::uint64_t value) const {
  Cpu& c = state.cpus[cpu];
  const Features& has = features_[cpu];
  const std::uint64_t before = c.x86.cr4;
  for (const NamedBit& bit : kNotModelled)
    if ((value >> bit.bit & 1) != 0) return unsupported(std::string("CR4.") + bit.name);
  const std::uint64_t known = kCr4Pse | kCr4Pae | kCr4Pge | kCr4Pcide | kHarmlessCr4;
  if ((value & ~known) != 0) return unsupported("a CR4 bit that is not modelled");
  if ((value & kCr4Pge) != 0 && !has.pge && holds(Rule::PgeNeedsFeature))
    return fault(kVectorGp, 0, "#GP", "CR4.PGE set on a CPU without PGE");
  if ((value & kCr4Pse) != 0 && !has.pse && holds(Rule::PseNeedsFeature))
    return fault(kVectorGp, 0, "#GP", "CR4.PSE set on a CPU without PSE");
  if (mode_ == Mode::I386 && (value & kCr4Pae) != 0) return unsupported("PAE paging (CR4.PAE on i386)");
  if (mode_ == Mode::X86_64 && (value & kCr4Pae) == 0 && holds(Rule::LongModeKeepsPae))
    return fault(kVectorGp, 0, "#GP", "CR4.PAE cleared in long mode");
  const bool enables_pcid = (value & kCr4Pcide) != 0 && (before & kCr4Pcide) == 0;
  if (enables_pcid) {
    if (!has.pcid && holds(Rule::PcideNeedsFeature))
      return fault(kVectorGp, 0, "#GP", "CR4.PCIDE set on a CPU without PCID");
    if (mode_ != Mode::X86_64 && holds(Rule::PcideNeedsLongMode))
      return fault(kVectorGp, 0, "#GP", "CR4.PCIDE set outside long mode");
    if ((c.x86.cr3 & kPcidMask) != 0 && holds(Rule::PcideNeedsCr3LowBitsClear))
      return fault(kVectorGp, 0, "#GP", "CR4.PCIDE set with CR3[11:0] not 0");
  }
  const bool disables_pcid = (value & kCr4Pcide) == 0 && (before & kCr4Pcide) != 0;
  const bool disables_pge = (value & kCr4Pge) == 0 && (before & kCr4Pge) != 0;
  const bool enables_pge = (value & kCr4Pge) != 0 && (before & kCr4Pge) == 0;
  if ((disables_pcid && holds(Rule::PcideOffFlushesAll)) || (disables_pge && holds(Rule::PgeOffFlushesAll)) ||
      (enables_pge && holds(Rule::PgeOnFlushesAll)))
    c.tlb.clear();
  c.x86.cr4 = value;
  fill(state, c, Rule::FillWithoutAccess);
  return changed();
}

Outcome X86::control(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  Registers& r = state.cpus[cpu].x86;
  switch (op) {
    case Operation::X86MovFromCr0: return done(r.cr0);
    case Operation::X86MovFromCr2: return done(r.cr2);
    case Operation::X86MovFromCr3: return done(r.cr3);
    case Operation::X86MovFromCr4: return done(r.cr4);
    case Operation::X86MovToCr0: return move_to_cr0(state, cpu, arguments[0]);
    case Operation::X86MovToCr2: r.cr2 = arguments[0]; return done();
    case Operation::X86MovToCr3: return move_to_cr3(state, cpu, arguments[0]);
    default: return move_to_cr4(state, cpu, arguments[0]);
  }
}

}  // namespace shootdown::machine::x86
