// The interrupt flag, HLT, fences, CPUID, and the dispatch of all x86 operations.
//
// Sources: SDM 3, 8.2.5 and 8.3 (what drains the store buffer); SDM 2, CLI, STI (one-instruction shadow), HLT, PUSHF,
// POPF; SDM 3, 6.8.3 (masking after STI).
#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

namespace {
constexpr std::uint64_t kIf = 1u << 9;
constexpr std::uint64_t kReservedOne = 1u << 1;
}  // namespace

bool X86::drains(Operation op, std::span<const std::uint64_t> /*arguments*/) const {
  switch (op) {
    // Serialising: MOV to a control register, INVLPG, IRET (elsewhere); MFENCE drains by definition. INVPCID is not in
    // the manual's list; that it serialises is what every kernel assumes.
    case Operation::X86MovToCr0:
    case Operation::X86MovToCr2:
    case Operation::X86MovToCr3:
    case Operation::X86MovToCr4: return holds(Rule::CrWriteDrains);
    case Operation::X86Invlpg: return holds(Rule::InvlpgDrains);
    case Operation::X86Invpcid: return holds(Rule::InvpcidDrains);
    case Operation::X86Mfence: return holds(Rule::MfenceDrains);
    // AMD's manual is not known to say that these two drain: the weaker reading.
    case Operation::X86Invlpgb: return !holds(Rule::InvlpgbDoesNotDrain);
    case Operation::X86Tlbsync: return !holds(Rule::TlbsyncDoesNotDrain);
    case Operation::SendIpi:
    case Operation::SendIpiMask: return !holds(Rule::IpiDoesNotDrain);
    default: return false;
  }
}

bool X86::only_flushes(const Cpu& cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  switch (op) {
    case Operation::X86Invlpg:
    case Operation::X86Invpcid: return true;
    case Operation::X86MovToCr3: return arguments[0] == cpu.x86.cr3;
    // The first half of the usual flush of global entries. The second, without it, writes what CR4 holds.
    case Operation::X86MovToCr4: return (cpu.x86.cr4 & kCr4Pge) != 0 && arguments[0] == (cpu.x86.cr4 & ~kCr4Pge);
    default: return false;
  }
}

void X86::reset(State& state) const {
  for (Cpu& cpu : state.cpus) {
    cpu = Cpu{};
    // Long mode cannot be without PAE (SDM 3, 2.5); translation itself starts off on both.
    if (mode_ == Mode::X86_64) cpu.x86.cr4 = kCr4Pae;
  }
}

Outcome X86::flags(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  Cpu& c = state.cpus[cpu];
  switch (op) {
    case Operation::X86Cli:
      if (holds(Rule::CliClearsIf)) c.interrupts_on = false;
      return done();
    case Operation::X86Sti:
      c.shadow = holds(Rule::StiShadow) && (!c.interrupts_on || !holds(Rule::StiShadowNeedsIfClear));
      if (holds(Rule::StiSetsIf)) c.interrupts_on = true;
      return done();
    case Operation::X86Hlt: c.halted = holds(Rule::HltWaits); return done();
    case Operation::X86StiHlt:
      c.interrupts_on = true;
      c.halted = true;
      return done();
    case Operation::X86PushF: return done(kReservedOne | (c.interrupts_on && holds(Rule::PushfReadsIf) ? kIf : 0));
    case Operation::X86PopF:
      if (holds(Rule::PopfSetsIf)) c.interrupts_on = (arguments[0] & kIf) != 0;
      return done();
    default:
      return done();  // X86Mfence has waited (drains); X86Lfence, X86Sfence and X86Pause order nothing that is not
  }
}

Outcome X86::operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                     Chooser& chooser) {
  const auto width = [&] { return static_cast<unsigned>(arguments[1]); };
  switch (op) {
    case Operation::UserLoad: return access(state, cpu, AccessKind::Load, true, arguments[0], width(), chooser);
    case Operation::UserStore: return access(state, cpu, AccessKind::Store, true, arguments[0], width(), chooser);
    case Operation::UserFetch: return access(state, cpu, AccessKind::Fetch, true, arguments[0], 1, chooser);
    case Operation::KernelLoad: return access(state, cpu, AccessKind::Load, false, arguments[0], width(), chooser);
    case Operation::KernelStore: return access(state, cpu, AccessKind::Store, false, arguments[0], width(), chooser);
    case Operation::KernelFetch: return access(state, cpu, AccessKind::Fetch, false, arguments[0], 1, chooser);
    case Operation::X86MovFromCr0:
    case Operation::X86MovFromCr2:
    case Operation::X86MovFromCr3:
    case Operation::X86MovFromCr4:
    case Operation::X86MovToCr0:
    case Operation::X86MovToCr2:
    case Operation::X86MovToCr3:
    case Operation::X86MovToCr4: return control(state, cpu, op, arguments);
    case Operation::X86Invlpg: return invlpg(state, cpu, arguments[0]);
    case Operation::X86Invpcid: return invpcid(state, cpu, arguments[0], arguments[1], arguments[2]);
    case Operation::X86Invlpgb: return invlpgb(state, cpu, arguments[0], arguments[1], arguments[2]);
    case Operation::X86Tlbsync: return tlbsync(cpu);
    case Operation::X86Ud2: return fault(kVectorUd, 0, "#UD", "UD2");
    case Operation::X86CpuHas: {
      const Features& has = features_[cpu];
      const bool known[] = {has.pge, has.pcid, has.invpcid, has.pse, has.nx, has.invlpgb};
      return done(arguments[0] < std::size(known) && known[arguments[0]] ? 1 : 0);
    }
    case Operation::X86UserPcid: {
      auto& tags = state.ghost.user_tags;
      const auto tag = static_cast<std::uint16_t>(arguments[0] & kPcidMask);
      if (std::find(tags.begin(), tags.end(), tag) == tags.end())
        tags.insert(std::lower_bound(tags.begin(), tags.end(), tag), tag);
      return done();
    }
    case Operation::X86UserRoot: {
      auto& roots = state.ghost.user_roots;
      const std::uint64_t root = arguments[0] & ~(kPageBytes - 1);
      if (std::find(roots.begin(), roots.end(), root) == roots.end())
        roots.insert(std::lower_bound(roots.begin(), roots.end(), root), root);
      return done();
    }
    default: return flags(state, cpu, op, arguments);
  }
}

}  // namespace shootdown::machine::x86
