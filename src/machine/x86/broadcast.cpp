// AMD's INVLPGB, an invalidation that every CPU is told to perform, and TLBSYNC, which waits for it.
//
//   CPU 0   INVLPGB ---------------------------- TLBSYNC        goes on when both have performed it
//               \ `- - - - -> performs it itself    ^ ^
//   CPU 1        `- - - - - - - - -> performs it ---' |         each at any moment from the INVLPGB on, in any order
//
// INVLPGB is weakly ordered: it leaves a Broadcast with each CPU, and performing it is a step of its own of that CPU,
// which cuts what is cached there *then*. Nothing says that the issuer's own part comes earlier, so it does not.
// TLBSYNC waits for the Broadcasts of the CPU that executes it, whoever issued them there and whoever waits.
//
// A CPU that holds nothing which the INVLPGB removes performs it at once. That loses nothing: performed later it could
// only remove more, and that it has not been performed yet only makes TLBSYNC wait. For the same reason a list holds no
// two equal Broadcasts: of two, the later may as well do it for both.
//
// Where the manual's text is not known to decide, the weaker is taken; docs/machine-x86.md lists that.
//
// Sources: AMD APM 3, INVLPGB and TLBSYNC (memory); Linux, arch/x86/include/asm/tlb.h (operands, same-CPU rule).
#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

namespace {

// RAX: selectors that count, options, address.
constexpr std::uint64_t kAddress = 1u << 0, kPcid = 1u << 1, kIncludeGlobal = 1u << 3, kFinalOnly = 1u << 4,
                        kNested = 1u << 5, kReservedRax = 0xfc0;
// ECX: further pages, and that they are 2 MiB apart.
constexpr std::uint64_t kCount = 0xffff, kReservedEcx = 0x7fff'0000, kLargeStride = 1u << 31;
// EDX: ASID, PCID.
constexpr std::uint64_t kAsid = 0xffff, kReservedEdx = 0xf000'0000;
// CPUID Fn8000_0008_EDX[15:0].
constexpr std::uint64_t kMostFurther = 7;
constexpr std::uint64_t kLargeBytes = 2u << 20;

bool spares_global(const Broadcast& b) {
  const bool asked_for = b.global ? holds(Rule::InvlpgbRemovesGlobal) : !holds(Rule::InvlpgbKeepsGlobal);
  // A global translation belongs to no PCID: one selected by PCID need not take it along.
  return !asked_for || (b.by_pcid && holds(Rule::InvlpgbPcidKeepsGlobal));
}

bool spares_tag(const Broadcast& b, std::uint16_t tag) {
  if (b.by_pcid) return tag != b.pcid && holds(Rule::InvlpgbKeepsOtherPcids);
  return tag != 0 && !holds(Rule::InvlpgbRemovesEveryPcid);
}

}  // namespace

bool X86::removes(const Broadcast& b, const Entry& entry) const {
  if (entry.tag == kGlobalTag && spares_global(b)) return false;
  if (entry.tag != kGlobalTag && spares_tag(b, entry.tag)) return false;
  if (!entry.leaf && b.final_only && holds(Rule::InvlpgbFinalOnlyKeepsPrefixes)) return false;
  if (!entry.leaf && !holds(Rule::InvlpgbRemovesPrefixes)) return false;
  if (!b.by_address) return holds(Rule::InvlpgbRemovesEveryAddress);
  if (entry.leaf && !holds(Rule::InvlpgbRemovesPage)) return false;
  const unsigned further = holds(Rule::InvlpgbCount) ? b.further : 0;
  const std::uint64_t stride = holds(Rule::InvlpgbStride) ? b.stride : kPageBytes;
  for (unsigned n = 0; n <= further; ++n)
    if (covers(entry, b.va + n * stride)) return true;
  return !holds(entry.leaf ? Rule::InvlpgbKeepsOtherPages : Rule::InvlpgbKeepsOtherPrefixes);
}

Outcome X86::invlpgb(State& state, unsigned cpu, std::uint64_t rax, std::uint64_t ecx, std::uint64_t edx) const {
  if (!features_[cpu].invlpgb && holds(Rule::InvlpgbUd))
    return fault(kVectorUd, 0, "#UD", "INVLPGB on a CPU without it");
  ecx &= 0xffff'ffff;
  edx &= 0xffff'ffff;
  if (((rax & kReservedRax) != 0 || (ecx & kReservedEcx) != 0 || (edx & kReservedEdx) != 0) &&
      holds(Rule::InvlpgbReservedGp))
    return fault(kVectorGp, 0, "#GP", "INVLPGB with a reserved bit set");
  if ((ecx & kCount) > kMostFurther && holds(Rule::InvlpgbCountGp))
    return fault(kVectorGp, 0, "#GP", "INVLPGB of more pages than the CPU can do at once");
  if ((rax & kPcid) != 0 && !tags_in_use(state.cpus[cpu]) && holds(Rule::InvlpgbPcidGp))
    return fault(kVectorGp, 0, "#GP", "INVLPGB by PCID with CR4.PCIDE clear");
  if ((rax & kNested) != 0) return unsupported("INVLPGB of nested translations (there are no guests)");
  if ((edx & kAsid) != 0) return unsupported("INVLPGB of an ASID other than 0 (there are no guests)");

  Broadcast b;
  b.issuer = cpu;
  b.by_address = (rax & kAddress) != 0;
  b.by_pcid = (rax & kPcid) != 0;
  b.global = (rax & kIncludeGlobal) != 0;
  b.final_only = (rax & kFinalOnly) != 0;
  if (b.by_pcid) b.pcid = static_cast<std::uint16_t>(edx >> 16 & kPcidMask);
  if (b.by_address) {
    b.va = rax & ~(kPageBytes - 1);
    b.further = static_cast<std::uint16_t>(ecx & kCount);
    if (b.further != 0) b.stride = (ecx & kLargeStride) != 0 ? kLargeBytes : kPageBytes;
    if (!canonical(b.va) || !canonical(b.va + b.further * b.stride))
      return unsupported("INVLPGB of a non-canonical address");
  }
  for (unsigned number = 0; number < state.cpus.size(); ++number) {
    Cpu& c = state.cpus[number];
    if (number != cpu && !holds(Rule::InvlpgbReachesEveryCpu)) continue;
    // A CPU that does not know the instruction is not told, or does not listen.
    if (!features_[number].invlpgb && holds(Rule::InvlpgbNeedsItsReceiver)) continue;
    const auto& cached = c.tlb.entries();
    if (std::none_of(cached.begin(), cached.end(), [&](const Entry& entry) { return removes(b, entry); })) continue;
    auto at = std::lower_bound(c.broadcasts.begin(), c.broadcasts.end(), b);
    if (at == c.broadcasts.end() || *at != b) at = c.broadcasts.insert(at, b);
    const bool later = number == cpu ? holds(Rule::InvlpgbOwnPartLater) : holds(Rule::InvlpgbPerformedLater);
    if (!later) cut(state, c, static_cast<std::size_t>(at - c.broadcasts.begin()));
  }
  return changed();
}

void X86::cut(State& state, Cpu& cpu, std::size_t index) const {
  const Broadcast b = cpu.broadcasts[index];
  cpu.broadcasts.erase(cpu.broadcasts.begin() + static_cast<std::ptrdiff_t>(index));
  std::vector<Entry> gone;
  cpu.tlb.remove_if([&](const Entry& entry) {
    if (!removes(b, entry)) return false;
    gone.push_back(entry);
    return true;
  });
  fill(state, cpu, Rule::FillAfterCut);
  keep_dangling(state, cpu, gone);
}

void X86::perform(State& state, unsigned cpu, std::size_t index) { cut(state, state.cpus[cpu], index); }

Outcome X86::tlbsync(unsigned cpu) const {
  if (!features_[cpu].invlpgb && holds(Rule::InvlpgbUd))
    return fault(kVectorUd, 0, "#UD", "TLBSYNC on a CPU without it");
  return done();  // it has waited (waits)
}

// That a CPU's stores are in memory before it has performed an INVLPGB is not known: it may do so with some buffered.
bool X86::may_perform(const State& state, unsigned cpu, std::size_t /*index*/) const {
  return state.cpus[cpu].buffer.empty() || holds(Rule::TlbsyncIgnoresStores);
}

std::string X86::describe(const Cpu& cpu, std::size_t index) const {
  const Broadcast& b = cpu.broadcasts[index];
  std::string text = "INVLPGB of CPU" + std::to_string(b.issuer);
  if (b.by_address) text += ", " + hexadecimal(b.va);
  return text;
}

bool X86::waits(const State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> /*arguments*/) const {
  if (op != Operation::X86Tlbsync || !features_[cpu].invlpgb || !holds(Rule::TlbsyncWaits)) return false;
  return std::any_of(state.cpus.begin(), state.cpus.end(), [&](const Cpu& each) {
    return std::any_of(each.broadcasts.begin(), each.broadcasts.end(), [&](const Broadcast& b) {
      return b.issuer == cpu || !holds(Rule::TlbsyncWaitsForItsOwnCpuOnly);
    });
  });
}

}  // namespace shootdown::machine::x86
