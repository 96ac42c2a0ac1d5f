// The operations a machine executes: the one table that the front end (which finds them in calls to __sd_* and in
// inline assembly), the machines and the reports share. The meaning of each is in include/shootdown/*.h.
//
// To add an operation: a line in the enumeration, a line in kOperations, its declaration in include/shootdown/, its
// semantics in the machine's folder.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shootdown::machine {

// clang-format off
enum class Operation : std::uint16_t {
  // choices and checks
  Choose, Cover, Assert, Violation, Exhausted, Note, OperationBegin, OperationEnd, GuardEnter, GuardLeave, Progress,
  // contexts
  ContextCreate, ContextSwitch, ContextSelf, ContextFinish, ContextDaemon, CpuId, CpuCount, CpuStart,
  // ghost statements
  ExpectRoot, NameRoot, SameAddressSpace, Revoked, RevokedEverywhere, PageInUse, PageIsTable, PageFreed,
  // interrupts
  SetVector, Timer, Nmi, Raise, SendIpi, SendIpiMask, SendNmi,
  // translated accesses
  UserLoad, UserStore, UserFetch, KernelLoad, KernelStore, KernelFetch,
  // x86
  X86MovFromCr0, X86MovFromCr2, X86MovFromCr3, X86MovFromCr4,
  X86MovToCr0, X86MovToCr2, X86MovToCr3, X86MovToCr4,
  X86Invlpg, X86Invpcid, X86Invlpgb, X86Tlbsync,
  X86Cli, X86Sti, X86Hlt, X86StiHlt, X86PushF, X86PopF,
  X86Int, X86Ud2, X86Mfence, X86Lfence, X86Sfence, X86Pause,
  X86CpuHas, X86UserPcid, X86UserRoot,
  // arm64
  Arm64MrsTtbr0, Arm64MsrTtbr0, Arm64MrsTtbr1, Arm64MsrTtbr1, Arm64MrsTcr, Arm64MsrTcr, Arm64MrsSctlr, Arm64MsrSctlr,
  Arm64MrsFar, Arm64MrsMmfr0, Arm64MrsTpidr,
  Arm64Tlbi, Arm64Dsb, Arm64Dmb, Arm64Isb, Arm64Eret,
  Arm64MrsDaif, Arm64MsrDaif, Arm64DaifSet, Arm64DaifClr, Arm64Wfi, Arm64Yield, Arm64CpuHas,
  // s390
  S390Lctlg, S390Stctg, S390Ptlb, S390Ipte, S390Idte, S390Csp, S390Crdte,
  S390Stnsm, S390Stosm, S390Ssm, S390Wait, S390Bcr, S390Teid, S390CpuHas,
  // ARM before version 6
  ArmMrcTtbr, ArmMcrTtbr, ArmMrcSctlr, ArmMcrSctlr, ArmMrcFar, ArmMcrTlbiAll, ArmMcrTlbiMva, ArmMcrCache,
  ArmMrsCpsr, ArmMsrCpsr, ArmWfi,
  Count
};
// clang-format on

enum class Family : std::uint8_t { Common, X86, Arm64, S390, Arm };

// What leaving the operation out would take away (see omit/site.hpp).
enum class Protection : std::uint8_t {
  None,
  Barrier,
  InterruptsOff,
  Flush,
  FlushIfNothingElse,  // a flush where Machine::only_flushes() says so; elsewhere it is never left out
  Guard,
};

struct OperationInfo {
  Operation id;
  std::string_view builtin;  // the function's name in include/shootdown/
  std::uint8_t arguments;
  bool has_result;
  Family family;
  std::string_view mnemonic;  // for schedules: as the manual writes it
  Protection protection = Protection::None;
};

// clang-format off
inline constexpr std::array<OperationInfo, static_cast<std::size_t>(Operation::Count)> kOperations{{
    {Operation::Choose, "__sd_choose", 1, true, Family::Common, "choose"},
    {Operation::Cover, "__sd_cover", 1, false, Family::Common, "cover"},
    {Operation::Assert, "__sd_assert", 2, false, Family::Common, "assert"},
    {Operation::Violation, "__sd_violation", 2, false, Family::Common, "violation"},
    {Operation::Exhausted, "__sd_exhausted", 1, false, Family::Common, "exhausted"},
    {Operation::Note, "__sd_note", 1, false, Family::Common, "note"},
    {Operation::OperationBegin, "__sd_operation_begin", 1, false, Family::Common, "operation begins"},
    {Operation::OperationEnd, "__sd_operation_end", 1, false, Family::Common, "operation ends"},
    {Operation::GuardEnter, "__sd_guard_enter", 2, true, Family::Common, "guard", Protection::Guard},
    {Operation::GuardLeave, "__sd_guard_leave", 2, true, Family::Common, "end of guard"},
    {Operation::Progress, "__sd_progress", 0, false, Family::Common, "progress"},
    {Operation::ContextCreate, "__sd_context_create", 3, true, Family::Common, "create context"},
    {Operation::ContextSwitch, "__sd_context_switch", 1, false, Family::Common, "switch context"},
    {Operation::ContextSelf, "__sd_context_self", 0, true, Family::Common, "context self"},
    {Operation::ContextFinish, "__sd_context_finish", 0, false, Family::Common, "finish context"},
    {Operation::ContextDaemon, "__sd_context_daemon", 1, false, Family::Common, "daemon context"},
    {Operation::CpuId, "__sd_cpu_id", 0, true, Family::Common, "cpu id"},
    {Operation::CpuCount, "__sd_cpu_count", 0, true, Family::Common, "cpu count"},
    {Operation::CpuStart, "__sd_cpu_start", 4, true, Family::Common, "start CPU"},
    {Operation::ExpectRoot, "__sd_expect_root", 2, false, Family::Common, "expect root"},
    {Operation::NameRoot, "__sd_name_root", 2, false, Family::Common, "name root"},
    {Operation::SameAddressSpace, "__sd_same_address_space", 2, false, Family::Common, "same address space"},
    {Operation::Revoked, "__sd_revoked", 2, false, Family::Common, "revoked"},
    {Operation::RevokedEverywhere, "__sd_revoked_everywhere", 2, false, Family::Common, "revoked everywhere"},
    {Operation::PageInUse, "__sd_page_in_use", 1, false, Family::Common, "page in use"},
    {Operation::PageIsTable, "__sd_page_is_table", 1, false, Family::Common, "page is table"},
    {Operation::PageFreed, "__sd_page_freed", 1, false, Family::Common, "page freed"},
    {Operation::SetVector, "__sd_set_vector", 2, false, Family::Common, "set vector"},
    {Operation::Timer, "__sd_timer", 1, false, Family::Common, "timer"},
    {Operation::Nmi, "__sd_nmi", 1, false, Family::Common, "nmi"},
    {Operation::Raise, "__sd_raise", 1, false, Family::Common, "raise"},
    {Operation::SendIpi, "__sd_send_ipi", 2, false, Family::Common, "IPI"},
    {Operation::SendIpiMask, "__sd_send_ipi_mask", 2, false, Family::Common, "IPI to mask"},
    {Operation::SendNmi, "__sd_send_nmi", 1, false, Family::Common, "NMI to"},
    {Operation::UserLoad, "__sd_user_load", 2, true, Family::Common, "user load"},
    {Operation::UserStore, "__sd_user_store", 3, false, Family::Common, "user store"},
    {Operation::UserFetch, "__sd_user_fetch", 1, false, Family::Common, "user fetch"},
    {Operation::KernelLoad, "__sd_kernel_load", 2, true, Family::Common, "kernel load"},
    {Operation::KernelStore, "__sd_kernel_store", 3, false, Family::Common, "kernel store"},
    {Operation::KernelFetch, "__sd_kernel_fetch", 1, false, Family::Common, "kernel fetch"},
    {Operation::X86MovFromCr0, "__sd_x86_mov_from_cr0", 0, true, Family::X86, "MOV from CR0"},
    {Operation::X86MovFromCr2, "__sd_x86_mov_from_cr2", 0, true, Family::X86, "MOV from CR2"},
    {Operation::X86MovFromCr3, "__sd_x86_mov_from_cr3", 0, true, Family::X86, "MOV from CR3"},
    {Operation::X86MovFromCr4, "__sd_x86_mov_from_cr4", 0, true, Family::X86, "MOV from CR4"},
    {Operation::X86MovToCr0, "__sd_x86_mov_to_cr0", 1, false, Family::X86, "MOV to CR0"},
    {Operation::X86MovToCr2, "__sd_x86_mov_to_cr2", 1, false, Family::X86, "MOV to CR2"},
    {Operation::X86MovToCr3, "__sd_x86_mov_to_cr3", 1, false, Family::X86, "MOV to CR3", Protection::FlushIfNothingElse},
    {Operation::X86MovToCr4, "__sd_x86_mov_to_cr4", 1, false, Family::X86, "MOV to CR4", Protection::FlushIfNothingElse},
    {Operation::X86Invlpg, "__sd_x86_invlpg", 1, false, Family::X86, "INVLPG", Protection::Flush},
    {Operation::X86Invpcid, "__sd_x86_invpcid", 3, false, Family::X86, "INVPCID", Protection::Flush},
    {Operation::X86Invlpgb, "__sd_x86_invlpgb", 3, false, Family::X86, "INVLPGB", Protection::Flush},
    {Operation::X86Tlbsync, "__sd_x86_tlbsync", 0, false, Family::X86, "TLBSYNC", Protection::Barrier},
    {Operation::X86Cli, "__sd_x86_cli", 0, false, Family::X86, "CLI", Protection::InterruptsOff},
    {Operation::X86Sti, "__sd_x86_sti", 0, false, Family::X86, "STI"},
    {Operation::X86Hlt, "__sd_x86_hlt", 0, false, Family::X86, "HLT"},
    {Operation::X86StiHlt, "__sd_x86_sti_hlt", 0, false, Family::X86, "STI; HLT"},
    {Operation::X86PushF, "__sd_x86_pushf", 0, true, Family::X86, "PUSHF"},
    {Operation::X86PopF, "__sd_x86_popf", 1, false, Family::X86, "POPF"},
    {Operation::X86Int, "__sd_x86_int", 1, false, Family::X86, "INT"},
    {Operation::X86Ud2, "__sd_x86_ud2", 0, false, Family::X86, "UD2"},
    {Operation::X86Mfence, "__sd_x86_mfence", 0, false, Family::X86, "MFENCE", Protection::Barrier},
    {Operation::X86Lfence, "__sd_x86_lfence", 0, false, Family::X86, "LFENCE", Protection::Barrier},
    {Operation::X86Sfence, "__sd_x86_sfence", 0, false, Family::X86, "SFENCE", Protection::Barrier},
    {Operation::X86Pause, "__sd_x86_pause", 0, false, Family::X86, "PAUSE"},
    {Operation::X86CpuHas, "__sd_x86_cpu_has", 1, true, Family::X86, "CPUID"},
    {Operation::X86UserPcid, "__sd_x86_user_pcid", 1, false, Family::X86, "user PCID"},
    {Operation::X86UserRoot, "__sd_x86_user_root", 1, false, Family::X86, "user root"},
    {Operation::Arm64MrsTtbr0, "__sd_arm64_mrs_ttbr0_el1", 0, true, Family::Arm64, "MRS TTBR0_EL1"},
    {Operation::Arm64MsrTtbr0, "__sd_arm64_msr_ttbr0_el1", 1, false, Family::Arm64, "MSR TTBR0_EL1"},
    {Operation::Arm64MrsTtbr1, "__sd_arm64_mrs_ttbr1_el1", 0, true, Family::Arm64, "MRS TTBR1_EL1"},
    {Operation::Arm64MsrTtbr1, "__sd_arm64_msr_ttbr1_el1", 1, false, Family::Arm64, "MSR TTBR1_EL1"},
    {Operation::Arm64MrsTcr, "__sd_arm64_mrs_tcr_el1", 0, true, Family::Arm64, "MRS TCR_EL1"},
    {Operation::Arm64MsrTcr, "__sd_arm64_msr_tcr_el1", 1, false, Family::Arm64, "MSR TCR_EL1"},
    {Operation::Arm64MrsSctlr, "__sd_arm64_mrs_sctlr_el1", 0, true, Family::Arm64, "MRS SCTLR_EL1"},
    {Operation::Arm64MsrSctlr, "__sd_arm64_msr_sctlr_el1", 1, false, Family::Arm64, "MSR SCTLR_EL1"},
    {Operation::Arm64MrsFar, "__sd_arm64_mrs_far_el1", 0, true, Family::Arm64, "MRS FAR_EL1"},
    {Operation::Arm64MrsMmfr0, "__sd_arm64_mrs_id_aa64mmfr0_el1", 0, true, Family::Arm64, "MRS ID_AA64MMFR0_EL1"},
    {Operation::Arm64MrsTpidr, "__sd_arm64_mrs_tpidr_el1", 0, true, Family::Arm64, "MRS TPIDR_EL1"},
    {Operation::Arm64Tlbi, "__sd_arm64_tlbi", 2, false, Family::Arm64, "TLBI", Protection::Flush},
    {Operation::Arm64Dsb, "__sd_arm64_dsb", 1, false, Family::Arm64, "DSB", Protection::Barrier},
    {Operation::Arm64Dmb, "__sd_arm64_dmb", 1, false, Family::Arm64, "DMB", Protection::Barrier},
    {Operation::Arm64Isb, "__sd_arm64_isb", 0, false, Family::Arm64, "ISB", Protection::Barrier},
    {Operation::Arm64Eret, "__sd_arm64_eret", 0, false, Family::Arm64, "ERET"},
    {Operation::Arm64MrsDaif, "__sd_arm64_mrs_daif", 0, true, Family::Arm64, "MRS DAIF"},
    {Operation::Arm64MsrDaif, "__sd_arm64_msr_daif", 1, false, Family::Arm64, "MSR DAIF"},
    {Operation::Arm64DaifSet, "__sd_arm64_msr_daifset", 1, false, Family::Arm64, "MSR DAIFSet", Protection::InterruptsOff},
    {Operation::Arm64DaifClr, "__sd_arm64_msr_daifclr", 1, false, Family::Arm64, "MSR DAIFClr"},
    {Operation::Arm64Wfi, "__sd_arm64_wfi", 0, false, Family::Arm64, "WFI"},
    {Operation::Arm64Yield, "__sd_arm64_yield", 0, false, Family::Arm64, "YIELD"},
    {Operation::Arm64CpuHas, "__sd_arm64_cpu_has", 1, true, Family::Arm64, "ID registers"},
    {Operation::S390Lctlg, "__sd_s390_lctlg", 2, false, Family::S390, "LCTLG"},
    {Operation::S390Stctg, "__sd_s390_stctg", 1, true, Family::S390, "STCTG"},
    {Operation::S390Ptlb, "__sd_s390_ptlb", 0, false, Family::S390, "PTLB", Protection::Flush},
    {Operation::S390Ipte, "__sd_s390_ipte", 3, false, Family::S390, "IPTE", Protection::Flush},
    {Operation::S390Idte, "__sd_s390_idte", 4, false, Family::S390, "IDTE", Protection::Flush},
    {Operation::S390Csp, "__sd_s390_csp", 4, true, Family::S390, "CSP", Protection::Flush},
    {Operation::S390Crdte, "__sd_s390_crdte", 5, true, Family::S390, "CRDTE", Protection::Flush},
    {Operation::S390Stnsm, "__sd_s390_stnsm", 1, true, Family::S390, "STNSM", Protection::InterruptsOff},
    {Operation::S390Stosm, "__sd_s390_stosm", 1, true, Family::S390, "STOSM"},
    {Operation::S390Ssm, "__sd_s390_ssm", 1, false, Family::S390, "SSM"},
    {Operation::S390Wait, "__sd_s390_wait", 0, false, Family::S390, "LPSWE of an enabled wait"},
    {Operation::S390Bcr, "__sd_s390_bcr_serialize", 0, false, Family::S390, "BCR 15,0", Protection::Barrier},
    {Operation::S390Teid, "__sd_s390_teid", 0, true, Family::S390, "translation-exception address"},
    {Operation::S390CpuHas, "__sd_s390_cpu_has", 1, true, Family::S390, "STFLE"},
    {Operation::ArmMrcTtbr, "__sd_arm_mrc_ttbr", 0, true, Family::Arm, "MRC TTBR"},
    {Operation::ArmMcrTtbr, "__sd_arm_mcr_ttbr", 1, false, Family::Arm, "MCR TTBR"},
    {Operation::ArmMrcSctlr, "__sd_arm_mrc_control", 0, true, Family::Arm, "MRC control"},
    {Operation::ArmMcrSctlr, "__sd_arm_mcr_control", 1, false, Family::Arm, "MCR control"},
    {Operation::ArmMrcFar, "__sd_arm_mrc_far", 0, true, Family::Arm, "MRC FAR"},
    {Operation::ArmMcrTlbiAll, "__sd_arm_mcr_tlb_invalidate_all", 0, false, Family::Arm, "MCR invalidate TLB", Protection::Flush},
    {Operation::ArmMcrTlbiMva, "__sd_arm_mcr_tlb_invalidate_mva", 1, false, Family::Arm, "MCR invalidate TLB entry", Protection::Flush},
    {Operation::ArmMcrCache, "__sd_arm_mcr_cache", 2, false, Family::Arm, "MCR cache"},
    {Operation::ArmMrsCpsr, "__sd_arm_mrs_cpsr", 0, true, Family::Arm, "MRS CPSR"},
    {Operation::ArmMsrCpsr, "__sd_arm_msr_cpsr_c", 1, false, Family::Arm, "MSR CPSR_c"},
    {Operation::ArmWfi, "__sd_arm_mcr_wait_for_interrupt", 0, false, Family::Arm, "MCR wait for interrupt"},
}};
// clang-format on

// The table's rows stand in the order of the enumeration.
constexpr const OperationInfo& info(Operation op) { return kOperations[static_cast<std::size_t>(op)]; }

consteval bool rows_in_order() {
  for (std::size_t i = 0; i < kOperations.size(); ++i)
    if (static_cast<std::size_t>(kOperations[i].id) != i) return false;
  return true;
}
static_assert(rows_in_order(), "kOperations must follow the enumeration");

// The operation that the function called NAME stands for, or nullptr.
constexpr const OperationInfo* find_operation(std::string_view name) {
  for (const OperationInfo& row : kOperations)
    if (row.builtin == name) return &row;
  return nullptr;
}

}  // namespace shootdown::machine
