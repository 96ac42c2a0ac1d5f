// Interrupt masks, and which file executes what.
#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

namespace {
constexpr std::uint64_t kDaifI = 1u << 7;     // in DAIF
constexpr std::uint64_t kOperandI = 2;        // in the operand of MSR DAIFSet and DAIFClr
constexpr std::uint64_t kOtherMasks = 0x340;  // D, A, F
}  // namespace

Outcome Arm64::operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                       Chooser& chooser) {
  Cpu& c = state.cpus[cpu];
  const bool user = op == Operation::UserLoad || op == Operation::UserStore || op == Operation::UserFetch;
  if (user && !c.arm64.el0) {
    // Only an ERET leads from EL1 to EL0.
    if (holds(Rule::Arm64EretSynchronises)) synchronise(state, c);
    c.arm64.el0 = true;
  }
  if (auto outcome = translated(state, cpu, op, arguments, chooser)) return *outcome;
  c.arm64.el0 = false;
  switch (op) {
    case Operation::Arm64Tlbi: return tlbi(state, cpu, arguments[0], arguments[1]);
    case Operation::Arm64Dsb:
    case Operation::Arm64Dmb: return barrier(state, cpu, op, arguments[0]);
    case Operation::Arm64Isb: return barrier(state, cpu, op, 0);
    case Operation::Arm64Eret:
      if (holds(Rule::Arm64EretSynchronises)) synchronise(state, c);
      return changed();
    case Operation::Arm64MrsDaif: return done(c.interrupts_on || !holds(Rule::Arm64DaifReads) ? 0 : kDaifI);
    case Operation::Arm64MsrDaif:
      if ((arguments[0] & ~(kDaifI | kOtherMasks)) != 0) return unsupported("MSR DAIF with reserved bits");
      if (holds(Rule::Arm64DaifWrites)) c.interrupts_on = (arguments[0] & kDaifI) == 0;
      return done();
    case Operation::Arm64DaifSet:
      if ((arguments[0] & kOperandI) != 0 && holds(Rule::Arm64DaifSetMasks)) c.interrupts_on = false;
      return done();
    case Operation::Arm64DaifClr:
      if ((arguments[0] & kOperandI) != 0 && holds(Rule::Arm64DaifClrUnmasks)) c.interrupts_on = true;
      return done();
    case Operation::Arm64Wfi:
      // What is pending, or may come at any time, ends it at once.
      c.halted = (c.pending.empty() || !holds(Rule::Arm64WfiWakesMasked)) && state.timer_vector == 0xffff;
      return done();
    case Operation::Arm64Yield: return done();
    case Operation::Arm64CpuHas: {
      const Features& has = features_[cpu];
      const bool known[] = {has.range, has.ets2, has.access_flag, has.dirty_state, has.ttl};
      return done(arguments[0] < std::size(known) && known[arguments[0]] ? 1 : 0);
    }
    case Operation::Arm64MrsTpidr:
      return done(program::layout::kPerCpuBase + std::uint64_t{cpu} * program::layout::kPerCpuStride);
    default: return system_register(state, cpu, op, arguments.empty() ? 0 : arguments[0]);
  }
}

}  // namespace shootdown::machine::arm64
