// Control registers, the system mask, and which file executes what.
//
// Source: PoP, chapter 4 (control registers), chapter 10 (LCTLG, STNSM, STOSM, SSM).
#include <algorithm>

#include "machine/s390/s390.hpp"

namespace shootdown::machine::s390 {

namespace {

constexpr std::uint64_t kDat = 0x04, kInterrupts = 0x03;

// Place in Registers::asce of a control register; 3: not modelled.
std::size_t place_of(std::uint64_t number) { return number == 1 ? 0 : number == 7 ? 1 : number == 13 ? 2 : 3; }

}  // namespace

void S390::reset(State& state) const {
  for (Cpu& cpu : state.cpus) cpu.s390 = Registers{};
}

std::optional<std::uint64_t> S390::root(const Cpu& cpu) const {
  const std::uint64_t asce = asce_for(cpu, true);
  return asce == 0 ? std::nullopt : std::optional(asce & kOrigin);
}

std::optional<std::uint64_t> S390::root_for(const Cpu& cpu, std::uint64_t, bool user) const {
  const std::uint64_t asce = asce_for(cpu, user);
  return asce == 0 ? std::nullopt : std::optional(asce & kOrigin);
}

std::vector<std::uint64_t> S390::loaded_roots(const Cpu& cpu) const {
  std::vector<std::uint64_t> roots;
  for (const Start& start : starts(cpu))
    if (std::find(roots.begin(), roots.end(), start.root) == roots.end()) roots.push_back(start.root);
  return roots;
}

std::uint16_t S390::tag(const Cpu& cpu) const { return tag_of(asce_for(cpu, true)); }

bool S390::tag_active(const Cpu& cpu, std::uint16_t tag) const {
  return std::any_of(cpu.s390.asce.begin(), cpu.s390.asce.end(),
                     [&](std::uint64_t asce) { return asce != 0 && tag_of(asce) == tag; });
}

std::string S390::tag_name(std::uint16_t tag) const { return "ASCE " + hexadecimal(std::uint64_t{tag} << 12); }

Outcome S390::load_control(State& state, Cpu& cpu, std::uint64_t number, std::uint64_t value) const {
  constexpr std::uint64_t kReserved = 0x10;
  const std::size_t place = place_of(number);
  if (place == 3) return unsupported("LCTLG of a control register other than 1, 7 and 13");
  if ((value & kRealSpace) != 0) return unsupported("an ASCE with real-space control (R)");
  if ((value & kReserved) != 0) return unsupported("an ASCE with bit 59 set");
  cpu.s390.asce[place] = value;
  if (value != 0) {
    const std::pair entry{value & kOrigin, static_cast<std::uint8_t>(value & (kType | kLength))};
    auto& all = state.designations;
    const auto at = std::lower_bound(all.begin(), all.end(), entry.first,
                                     [](const auto& known, std::uint64_t origin) { return known.first < origin; });
    if (at != all.end() && at->first == entry.first)
      *at = entry;
    else
      all.insert(at, entry);
  }
  if (!holds(Rule::S390LctlgKeepsTlb)) cpu.tlb.clear();
  fill(state, cpu, Rule::FillWithoutAccess);
  update_revoked(state);  // how to walk from this root may have become known
  return changed();
}

Outcome S390::system_mask(Cpu& cpu, Operation op, std::uint64_t mask) const {
  const std::uint64_t old = kDat | (cpu.interrupts_on ? kInterrupts : 0);
  std::uint64_t now = mask & 0xff;
  if (op == Operation::S390Stnsm) now = old & mask;
  if (op == Operation::S390Stosm) now = old | (mask & 0xff);
  if ((now & ~(kDat | kInterrupts)) != 0)
    return unsupported("a system mask with bits other than DAT, I/O and external");
  if ((now & kDat) == 0) return unsupported("turning translation (DAT) off");
  if ((now & kInterrupts) != 0 && (now & kInterrupts) != kInterrupts)
    return unsupported("I/O and external interrupts masked apart");
  const bool on = (now & kInterrupts) != 0;
  const bool acts = op == Operation::S390Stnsm   ? holds(Rule::S390StnsmMasks)
                    : op == Operation::S390Stosm ? holds(Rule::S390StosmUnmasks)
                                                 : holds(Rule::S390SsmWrites);
  if (acts) cpu.interrupts_on = on;
  return done(holds(Rule::S390OldSystemMask) ? old : kDat);
}

bool S390::drains(Operation op, std::span<const std::uint64_t>) const {
  switch (op) {
    case Operation::S390Ipte:
    case Operation::S390Idte:
    case Operation::S390Csp:
    case Operation::S390Crdte: return holds(Rule::S390InvalidationSerialises);
    case Operation::S390Ptlb: return holds(Rule::S390PtlbSerialises);
    case Operation::S390Bcr: return holds(Rule::S390BcrSerialises);
    case Operation::SendIpi:
    case Operation::SendIpiMask: return holds(Rule::S390SigpSerialises);
    case Operation::S390Lctlg: return !holds(Rule::S390LctlgDoesNotSerialise);
    case Operation::S390Wait: return true;  // LPSWE
    default: return false;
  }
}

Outcome S390::operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                      Chooser& chooser) {
  Cpu& c = state.cpus[cpu];
  const bool user = op == Operation::UserLoad || op == Operation::UserStore || op == Operation::UserFetch;
  const bool kernel = op == Operation::KernelLoad || op == Operation::KernelStore || op == Operation::KernelFetch;
  if ((user || kernel) && asce_for(c, user) == 0)
    return unsupported(user ? "a user access while no primary ASCE is loaded (CR1 is 0)"
                            : "a kernel access while no home ASCE is loaded (CR13 is 0)");
  if (auto outcome = translated(state, cpu, op, arguments, chooser)) return *outcome;
  switch (op) {
    case Operation::S390Lctlg: return load_control(state, c, arguments[0], arguments[1]);
    case Operation::S390Stctg: {
      const std::size_t place = place_of(arguments[0]);
      if (place == 3) return unsupported("STCTG of a control register other than 1, 7 and 13");
      return done(c.s390.asce[place]);
    }
    case Operation::S390Ptlb:
    case Operation::S390Ipte:
    case Operation::S390Idte:
    case Operation::S390Csp:
    case Operation::S390Crdte: return invalidate(state, cpu, op, arguments);
    case Operation::S390Stnsm:
    case Operation::S390Stosm:
    case Operation::S390Ssm: return system_mask(c, op, arguments[0]);
    case Operation::S390Wait:
      c.interrupts_on = true;
      c.halted = holds(Rule::S390WaitWaits);
      return done();
    case Operation::S390Teid: return done(c.s390.teid);
    case Operation::S390CpuHas: {
      const Features& has = features_[cpu];
      const bool known[] = {has.idte, has.local_clearing, has.crdte};
      return done(arguments[0] < std::size(known) && known[arguments[0]] ? 1 : 0);
    }
    case Operation::S390Bcr: return done();
    default: return unsupported("an operation that is not s390x's");
  }
}

}  // namespace shootdown::machine::s390
