// The rules of ARMv5, in the order of the enumeration.
#pragma once

#include <array>

#include "machine/rule.hpp"

namespace shootdown::machine {

// clang-format off
inline constexpr std::array<RuleInfo, 16> kArmRules{{
    {Rule::ArmTtbrWriteKeepsTlb, "arm-ttbr-write-keeps-tlb",
     "a write to the translation table base removes nothing", "ARM DDI 0198, 2.3.4, 3.2"},
    {Rule::ArmNoTags, "arm-no-tags",
     "a translation is used whatever table it came from", "ARM DDI 0100, B4.4"},
    {Rule::ArmWalkNotCached, "arm-walk-not-cached",
     "of a walk only the result is cached", "ARM DDI 0198, 3.1"},
    {Rule::ArmUserNeedsAp, "arm-user-needs-ap",
     "user accesses need AP 2 or 3", "ARM DDI 0198, 3.7"},
    {Rule::ArmUserStoreNeedsAp3, "arm-user-store-needs-ap3",
     "user stores need AP 3", "ARM DDI 0198, 3.7"},
    {Rule::ArmPrivilegedMayWrite, "arm-privileged-may-write",
     "privileged stores are allowed with AP 1, 2 and 3", "ARM DDI 0198, 3.7"},
    {Rule::ArmAp0Nobody, "arm-ap0-nobody",
     "with AP 0 (S and R clear) every access faults", "ARM DDI 0198, 3.7"},
    {Rule::ArmFaultNamesLevel, "arm-fault-names-level",
     "the fault status says whether section or page, translation or permission", "ARM DDI 0198, 3.6"},
    {Rule::ArmFaultAddress, "arm-fault-address",
     "FAR holds the address of an abort", "ARM DDI 0198, 2.3.8"},
    {Rule::ArmFetchIsPrefetchAbort, "arm-fetch-is-prefetch-abort",
     "a fetch that faults is a prefetch abort", "ARM DDI 0198, 3.6"},
    {Rule::ArmInvalidateAll, "arm-invalidate-all",
     "MCR c8, c7, 0 removes everything", "ARM DDI 0198, 2.3.10"},
    {Rule::ArmInvalidateMva, "arm-invalidate-mva",
     "MCR c8, c7, 1 removes the translation of the address", "ARM DDI 0198, 2.3.10"},
    {Rule::ArmInvalidateMvaKeepsOthers, "arm-invalidate-mva-keeps-others",
     "and need not remove others", "ARM DDI 0198, 2.3.10"},
    {Rule::ArmCpsrWrites, "arm-cpsr-writes",
     "MSR CPSR_c with bit I masks interrupts, without unmasks them", "ARM DDI 0100, A2.5"},
    {Rule::ArmCpsrReads, "arm-cpsr-reads",
     "MRS CPSR reads bit I", "ARM DDI 0100, A2.5"},
    {Rule::ArmWfiWakesMasked, "arm-wfi-wakes-masked",
     "a pending interrupt ends waiting for one also where it is masked", "ARM DDI 0198, 2.3.9"},
}};
// clang-format on

}  // namespace shootdown::machine
