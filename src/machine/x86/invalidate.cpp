// What each invalidation must remove. Hardware may always remove more; the set models the least it must, because what
// is left may or may not be there (conditions 6 and 9), and closes again at once with what memory holds.
//
// Sources: SDM 3, 4.10.4.1 and SDM 2, INVLPG, INVPCID.
#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

void X86::cut_root_load(Cpu& cpu, std::uint16_t tag) const {
  cpu.tlb.remove_if([tag](const Entry& entry) {
    if (entry.tag == kGlobalTag) return !holds(Rule::Cr3LoadKeepsGlobal);
    if (entry.tag != tag) return !holds(Rule::Cr3LoadKeepsOtherPcids);
    return holds(entry.leaf ? Rule::Cr3LoadFlushesTranslations : Rule::Cr3LoadFlushesPrefixes);
  });
}

Outcome X86::invlpg(State& state, unsigned cpu, std::uint64_t va) const {
  if (!canonical(va)) {
    if (holds(Rule::InvlpgNonCanonicalNop)) return done();
    return fault(kVectorGp, 0, "#GP", "INVLPG of a non-canonical address");
  }
  const std::uint16_t current = tag(state.cpus[cpu]);
  const auto removes = [&](const Entry& entry) {
    if (entry.tag == kGlobalTag) return covers(entry, va) && holds(Rule::InvlpgRemovesGlobal);
    if (entry.tag != current && holds(Rule::InvlpgKeepsOtherPcids)) return false;
    if (!entry.leaf) return covers(entry, va) || holds(Rule::InvlpgRemovesEveryPrefix);
    if (!covers(entry, va)) return !holds(Rule::InvlpgKeepsOtherPages);
    if (entry.level > 1 && va - entry.va >= kPageBytes) return holds(Rule::InvlpgRemovesLargePage);
    return holds(Rule::InvlpgRemovesPage);
  };
  for (unsigned number = 0; number < state.cpus.size(); ++number) {
    if (number != cpu && holds(Rule::InvalidationIsLocal)) continue;
    state.cpus[number].tlb.remove_if(removes);
    fill(state, state.cpus[number], Rule::FillAfterCut);
  }
  return changed();
}

Outcome X86::invpcid(State& state, unsigned cpu, std::uint64_t type, std::uint64_t pcid, std::uint64_t va) const {
  Cpu& c = state.cpus[cpu];
  if (!features_[cpu].invpcid && holds(Rule::InvpcidUd))
    return fault(kVectorUd, 0, "#UD", "INVPCID on a CPU without it");
  if (type > 3 && holds(Rule::InvpcidTypeGp)) return fault(kVectorGp, 0, "#GP", "INVPCID type above 3");
  if ((pcid & ~kPcidMask) != 0 && holds(Rule::InvpcidDescriptorGp))
    return fault(kVectorGp, 0, "#GP", "INVPCID descriptor bits 63:12 not 0");
  if (type <= 1 && !tags_in_use(c) && pcid != 0 && holds(Rule::InvpcidPcidGp))
    return fault(kVectorGp, 0, "#GP", "INVPCID of a PCID other than 0 with CR4.PCIDE clear");
  if (type == 0 && !canonical(va) && holds(Rule::InvpcidAddressGp))
    return fault(kVectorGp, 0, "#GP", "INVPCID of a non-canonical address");
  const auto wanted = static_cast<std::uint16_t>(pcid);
  c.tlb.remove_if([&](const Entry& entry) {
    const bool global = entry.tag == kGlobalTag;
    switch (type) {
      case 0:
        if (global) return covers(entry, va) && !holds(Rule::Invpcid0KeepsGlobal);
        if (entry.tag != wanted) return !holds(Rule::Invpcid0KeepsOtherPcids);
        // Intermediate entries: those that a walk of va would use, at the least.
        if (!entry.leaf) return covers(entry, va) && holds(Rule::Invpcid0RemovesPrefixes);
        return covers(entry, va) ? holds(Rule::Invpcid0RemovesPage) : !holds(Rule::Invpcid0KeepsOtherPages);
      case 1:
        if (global) return !holds(Rule::Invpcid1KeepsGlobal);
        return entry.tag == wanted ? holds(Rule::Invpcid1RemovesPcid) : !holds(Rule::Invpcid1KeepsOtherPcids);
      case 2: return holds(Rule::Invpcid2RemovesAll);
      default:
        return global ? !holds(Rule::Invpcid3KeepsGlobal)
                      : entry.tag == tag(c) || holds(Rule::Invpcid3RemovesEveryPcid);
    }
  });
  fill(state, c, Rule::FillAfterCut);
  return changed();
}

void X86::cut_fault(State& state, Cpu& cpu, std::uint64_t va) const {
  const std::uint16_t current = tag(cpu);
  cpu.tlb.remove_if([&](const Entry& entry) {
    if (!covers(entry, va)) return false;
    if (entry.tag == kGlobalTag) return holds(Rule::FaultCutsGlobal);
    return entry.tag == current && holds(entry.leaf ? Rule::FaultCutsPage : Rule::FaultCutsPrefixes);
  });
  fill(state, cpu, Rule::FillAfterCut);
}

}  // namespace shootdown::machine::x86
