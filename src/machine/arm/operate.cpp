// CP15 registers, TLB and cache operations, CPSR.
//
// Source: ARM DDI 0198, 2.3 (CP15 registers 1, 2, 6, 7, 8).
#include <algorithm>
#include <iterator>

#include "machine/arm/arm.hpp"

namespace shootdown::machine::arm {

namespace {
constexpr std::uint64_t kCpsrI = 1u << 7, kCpsrF = 1u << 6, kCpsrMode = 0x1f, kSupervisor = 0x13;
// Of the control register: what changes nothing here. Caches and write buffer (C, W, I), bits that read as one, vectors
// (V), replacement (RR), L4.
constexpr std::uint64_t kControlHarmless =
    1u << 2 | 1u << 3 | 7u << 4 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 15 | 5u << 16;
// Bits of a modified virtual address that the operation on one TLB entry wants to be zero.
constexpr std::uint64_t kMvaShouldBeZero = 0x3ff;

// CRm << 4 | opcode_2 of the c7 operations that are written (DDI 0198, 2.3.9), but for waiting: instruction cache,
// prefetch of a line, data cache, both, cleaning by address and by set, write buffer, cleaning and invalidating.
constexpr std::uint64_t kCacheOperations[] = {0x50, 0x51, 0x52, 0xd1, 0x60, 0x61, 0x62,
                                              0x70, 0xa1, 0xa2, 0xa4, 0xe1, 0xe2};
}  // namespace

void Arm::reset(State& state) const {
  for (Cpu& cpu : state.cpus) cpu.arm = Registers{};
}

Outcome Arm::control(State& state, Cpu& cpu, std::uint64_t value) const {
  if ((value & ~(kControlM | kControlHarmless)) != 0)
    return unsupported("a bit of the control register that is not modelled (A, B, S, R or a reserved one)");
  cpu.arm.control = value;
  fill(state, cpu, Rule::FillWithoutAccess);
  return changed();
}

Outcome Arm::invalidate(State& state, Cpu& cpu, Operation op, std::uint64_t va) const {
  const bool all = op == Operation::ArmMcrTlbiAll;
  if ((va & kMvaShouldBeZero) != 0)
    return unsupported("invalidation of the TLB entry of an address whose bits 9:0 are not zero");
  cpu.tlb.remove_if([&](const Entry& entry) {
    if (all) return holds(Rule::ArmInvalidateAll);
    if (!entry.leaf) return false;
    return covers(entry, va & 0xffff'ffff) ? holds(Rule::ArmInvalidateMva) : !holds(Rule::ArmInvalidateMvaKeepsOthers);
  });
  fill(state, cpu, Rule::FillAfterCut);
  return changed();
}

Outcome Arm::operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                     Chooser& chooser) {
  Cpu& c = state.cpus[cpu];
  if (auto outcome = translated(state, cpu, op, arguments, chooser)) return *outcome;
  switch (op) {
    case Operation::ArmMrcTtbr: return done(c.arm.ttbr);
    case Operation::ArmMcrTtbr:
      if ((arguments[0] & ~kTtbrBase) != 0) return unsupported("a translation table base that is not 16 KiB aligned");
      c.arm.ttbr = arguments[0];
      if (!holds(Rule::ArmTtbrWriteKeepsTlb)) c.tlb.clear();
      fill(state, c, Rule::FillWithoutAccess);
      return changed();
    case Operation::ArmMrcSctlr: return done(c.arm.control);
    case Operation::ArmMcrSctlr: return control(state, c, arguments[0]);
    case Operation::ArmMrcFar: return done(c.arm.far);
    case Operation::ArmMcrTlbiAll: return invalidate(state, c, op, 0);
    case Operation::ArmMcrTlbiMva: return invalidate(state, c, op, arguments[0]);
    case Operation::ArmMcrCache:
      if (std::find(std::begin(kCacheOperations), std::end(kCacheOperations), arguments[0]) ==
          std::end(kCacheOperations))
        return unsupported("a CP15 c7 operation that is not one of the caches or the write buffer");
      return done();
    case Operation::ArmMrsCpsr: return done(kSupervisor | (c.interrupts_on || !holds(Rule::ArmCpsrReads) ? 0 : kCpsrI));
    case Operation::ArmMsrCpsr: {
      const std::uint64_t mode = arguments[0] & kCpsrMode;
      if ((arguments[0] & ~(kCpsrI | kCpsrF | kCpsrMode)) != 0 || mode != kSupervisor)
        return unsupported("MSR CPSR_c that changes mode or state");
      if (holds(Rule::ArmCpsrWrites)) c.interrupts_on = (arguments[0] & kCpsrI) == 0;
      return done();
    }
    case Operation::ArmWfi:
      // What is pending, or may come at any time, ends it at once.
      c.halted = (c.pending.empty() || (!c.interrupts_on && !wakes_masked())) && state.timer_vector == 0xffff;
      return done();
    default: return unsupported("an operation that is not ARM's");
  }
}

}  // namespace shootdown::machine::arm
