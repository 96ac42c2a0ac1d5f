// System registers, and the context synchronization events that their writes wait for.
//
// Of TTBR0_EL1, TTBR1_EL1 and TCR_EL1 a CPU keeps every value that may still be in use: the one of the last
// synchronization and all written since. Walks may begin with any combination of them (Arm ARM, D23.1.1; every pairing
// where ASID and root come from different registers).
#include <algorithm>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

void Arm64::reset(State& state) const {
  for (Cpu& cpu : state.cpus) cpu.arm64 = Registers{};
}

const Features& Arm64::features(const Cpu& cpu) const {
  const std::size_t number = cpu.number < features_.size() ? cpu.number : 0;
  return features_[number];
}

// Arm ARM, D8.16.3.2: TCR_EL1.AS chooses between 8 bits and 16 where there are 16. (Smaller ones are this tool's.)
std::uint16_t Arm64::asid(const Cpu& cpu, std::uint64_t ttbr, std::uint64_t tcr) const {
  const bool small = features(cpu).asid_bits == 16 && (tcr & kTcrAs) == 0 && holds(Rule::Arm64AsidSizeOfTcr);
  return static_cast<std::uint16_t>(operand_asid(cpu, ttbr) & (small ? 0xff : 0xffff));
}

std::uint16_t Arm64::operand_asid(const Cpu& cpu, std::uint64_t operand) const {
  const unsigned bits = holds(Rule::Arm64AsidWidth) ? features(cpu).asid_bits : 16;
  return static_cast<std::uint16_t>(operand >> 48 & ((1u << bits) - 1));
}

std::optional<std::uint64_t> Arm64::root(const Cpu& cpu) const {
  if ((cpu.arm64.sctlr & kSctlrM) == 0 || (cpu.arm64.tcr.back() & kTcrEpd0) != 0) return std::nullopt;
  return cpu.arm64.ttbr0.back() & kAddress;
}

std::optional<std::uint64_t> Arm64::root_for(const Cpu& cpu, std::uint64_t va, bool) const {
  if ((va >> 55 & 1) == 0) return root(cpu);
  if ((cpu.arm64.sctlr & kSctlrM) == 0) return std::nullopt;
  return cpu.arm64.ttbr1.back() & kAddress;
}

std::vector<std::uint64_t> Arm64::loaded_roots(const Cpu& cpu) const {
  std::vector<std::uint64_t> roots;
  for (const Start& start : starts(cpu))
    if (std::find(roots.begin(), roots.end(), start.root) == roots.end()) roots.push_back(start.root);
  return roots;
}

std::uint16_t Arm64::tag(const Cpu& cpu) const {
  const std::uint64_t tcr = cpu.arm64.tcr.back();
  return asid(cpu, (tcr & kTcrA1) != 0 ? cpu.arm64.ttbr1.back() : cpu.arm64.ttbr0.back(), tcr);
}

bool Arm64::tag_active(const Cpu& cpu, std::uint16_t tag) const {
  const std::vector<Start> all = starts(cpu);
  return std::any_of(all.begin(), all.end(), [&](const Start& start) { return start.tag == tag; });
}

void Arm64::synchronise(State& state, Cpu& cpu) const {
  Registers& r = cpu.arm64;
  const bool several = r.ttbr0.size() + r.ttbr1.size() + r.tcr.size() > 3;
  if (several && holds(Rule::Arm64OldValueGoesAtSync)) {
    for (std::vector<std::uint64_t>* values : {&r.ttbr0, &r.ttbr1, &r.tcr}) *values = {values->back()};
    fill(state, cpu, Rule::FillWithoutAccess);
  }
  cpu.unsynchronised_data.clear();
  cpu.unsynchronised_fetch.clear();
  older_at_synchronisation(cpu);
}

void Arm64::takes_exception(State& state, unsigned cpu) {
  state.cpus[cpu].arm64.el0 = false;
  if (holds(Rule::Arm64ExceptionSynchronises)) synchronise(state, state.cpus[cpu]);
}

void Arm64::returns_from_exception(State& state, unsigned cpu) {
  if (holds(Rule::Arm64EretSynchronises)) synchronise(state, state.cpus[cpu]);
}

Outcome Arm64::write(State& state, Cpu& cpu, std::vector<std::uint64_t>& values, std::uint64_t value) const {
  if (!holds(Rule::Arm64WriteTakesEffectLater)) values.clear();
  // A value that is written again is in use as before, and the newest.
  std::erase(values, value);
  values.push_back(value);
  if (!holds(Rule::Arm64TtbrWriteKeepsTlb)) cpu.tlb.clear();
  fill(state, cpu, Rule::FillWithoutAccess);
  return changed();
}

Outcome Arm64::system_register(State& state, unsigned cpu, Operation op, std::uint64_t value) {
  constexpr std::uint64_t kTtbrKnown = 0xffff'ffff'ffff'f000;
  constexpr std::uint64_t kT0sz = 0x3f, kT1sz = 0x3full << 16, kTg0 = 3u << 14, kTg1 = 3ull << 30;
  constexpr std::uint64_t kTcrHarmless = 0x3full << 8 | 0x3full << 24 | 7ull << 32 | 1ull << 36;  // attributes, IPS, AS
  constexpr std::uint64_t kTcrKnown =
      kT0sz | kT1sz | kTg0 | kTg1 | kTcrHarmless | kTcrEpd0 | kTcrEpd1 | kTcrA1 | kTcrHa | kTcrHd;
  Cpu& c = state.cpus[cpu];
  Registers& r = c.arm64;
  switch (op) {
    case Operation::Arm64MrsTtbr0: return done(r.ttbr0.back());
    case Operation::Arm64MrsTtbr1: return done(r.ttbr1.back());
    case Operation::Arm64MrsTcr: return done(r.tcr.back());
    case Operation::Arm64MrsSctlr: return done(r.sctlr);
    case Operation::Arm64MrsFar: return done(r.far);
    case Operation::Arm64MrsMmfr0: return done(features(c).asid_bits == 16 ? 2u << 4 : 0u);
    case Operation::Arm64MsrTtbr0:
    case Operation::Arm64MsrTtbr1:
      if ((value & ~kTtbrKnown) != 0)
        return unsupported((value & 0xfff) == 1 ? "TTBRn_EL1.CnP: CPUs that share translations"
                                                : "a TTBRn_EL1 with bits 11:1 set");
      if (features(c).asid_bits == 16 && value >> 48 == kGlobalTag) return unsupported("ASID 0xffff");
      return write(state, c, op == Operation::Arm64MsrTtbr0 ? r.ttbr0 : r.ttbr1, value);
    case Operation::Arm64MsrTcr: {
      if ((value & ~kTcrKnown) != 0) return unsupported("a TCR_EL1 field that is not modelled");
      const std::uint64_t t0sz = value & kT0sz, t1sz = (value & kT1sz) >> 16;
      if ((t0sz != 0 && t0sz != 25) || (t1sz != 0 && t1sz != 25))
        return unsupported("TCR_EL1: addresses of another size than 39 bits (TnSZ = 25, or 0 for not said)");
      if ((value & kTg0) != 0 || ((value & kTg1) != 0 && (value & kTg1) != 2ull << 30))
        return unsupported("TCR_EL1: another granule than 4 KiB");
      // It stops walks, not the use of what is cached: seen only where nothing is.
      if (((value ^ r.tcr.back()) & (kTcrEpd0 | kTcrEpd1)) != 0 &&
          ((r.sctlr & kSctlrM) != 0 || !c.tlb.entries().empty()))
        return unsupported("a change of TCR_EL1.EPDn while translation is on, or something may be cached");
      // These may be cached with the translations (TCR_EL1, field descriptions).
      if (((value ^ r.tcr.back()) & (kTcrHa | kTcrHd | kTcrAs)) != 0 && (r.sctlr & kSctlrM) != 0)
        return unsupported("a change of TCR_EL1.HA, HD or AS while translation is on");
      return write(state, c, r.tcr, value);
    }
    default:  // SCTLR_EL1
      if ((value & ~kSctlrM) != 0) return unsupported("a SCTLR_EL1 bit other than M");
      r.sctlr = value;
      fill(state, c, Rule::FillWithoutAccess);
      return changed();
  }
}

}  // namespace shootdown::machine::arm64
