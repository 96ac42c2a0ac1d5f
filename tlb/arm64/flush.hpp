// Flushing TLBs on arm64, on every CPU: a page, a range, an address space, everything. Freestanding C++20, header-only.
//
//   struct MyKernel {                                     // your kernel's own hooks
//     using AddressSpace = struct mm;
//     static unsigned asid(const mm&) noexcept;           // the number that TTBR0_EL1 has for it; one atomic load
//     static bool has_range() noexcept;                   // FEAT_TLBIRANGE, on every CPU
//   };
//   using Tlb = shootdown::tlb::arm64::Tlb<MyKernel>;
//
//   Tlb::flush_page(mm, va);                              // after its entry was changed
//   Tlb::flush_range(mm, first, end, Tlb::Levels::All);   // tables too; before they are freed
//   Tlb::flush(mm);
//   Tlb::leave_cpu();                                     // in the task switch
//
// The idea. On arm64 a CPU removes translations from all others by an instruction, and nobody is interrupted. But the
// instruction only starts it. Four things can be had in the wrong order:
//
//     store to the entry
//     DSB ISHST            else the store may still wait in this CPU: another one performs the TLBI, walks the old
//                          entry, and has it for good
//     TLBI ...IS
//     DSB ISH              else the TLBI may still be on its way; and accesses that used the old entry may too
//     ISB, ERET            else this CPU itself may go on with what it has removed, in EL1
//
// The second DSB has to be executed by the CPU that executed the TLBI. No other CPU's counts, even if it is known to
// come later. So a task that is moved to another CPU between the two takes nothing along: its DSB there waits for
// nothing. Hence leave_cpu(): the task switch executes a DSB ISH on the CPU that a task leaves, and what the task has
// started there is complete before it goes on anywhere.
//
// The guarantee, on return; stores to page tables before the call are seen by all walks after it.
//   flush_page(mm, va)         no CPU uses a translation of the page from before the call, and accesses that used one
//                              have been performed. With Levels::All: nor a table on the way to it.
//   flush_range(...)           the same for the pages of [first, end).
//   flush(mm)                  the same for all of mm, tables too.
//   flush_kernel_page(va)      the same for a page that every address space maps, last level; and on this CPU at once.
//   flush_all()                the same for everything, and on this CPU at once.
//   flush_this_cpu()           the same for everything, on this CPU only.
// "No CPU" holds for EL0 everywhere and for EL1 on other CPUs. EL1 on this CPU is certain not to use a translation only
// after its next context synchronization event (ISB, or the return to user mode); so do instruction fetches on every
// CPU after one of its own.
// Required: EL1, 4 KiB pages; leave_cpu() in the task switch, or preemption off around each call; translations of mm's
// pages are not global (nG = 1); a change that needs break-before-make is made by the caller in its two steps, with one
// of these calls between. An ASID that changes under a call: see asid.hpp.
//
// The source. Arm ARM, D8.17 (completion, D8.17.6). The completion rule, as quoted in "arm64/mm: Close theoretical race
// where stale TLB entry remains valid" (2025): corpus/linux-2025-arm64-tlbbatch, whose variants `flush-mm` and
// `migrate` call this file. tests/scenarios/arm64/revoke.c has the sequence with each part missing,
// tests/scenarios/tlb/flush_arm64.cpp each function.
//
// Deviations from Linux: an address range of more pages than kMostPages, or kMostRangePages with FEAT_TLBIRANGE,
// becomes a flush of the address space at one fixed limit. No TTL hints. No workarounds for errata.
#pragma once

#include <tlb/arm64/instructions.hpp>

namespace shootdown::tlb::arm64 {

template <class Kernel>
concept TlbHooks = requires(const typename Kernel::AddressSpace& mm) {
  { Kernel::asid(mm) + 0u };
  { Kernel::has_range() ? 0 : 1 };
};

// Which entries of a page: the last level's, or the tables' as well.
enum class Levels : unsigned char { Last, All };

template <TlbHooks Kernel>
struct Tlb {
  using AddressSpace = typename Kernel::AddressSpace;
  using Levels = arm64::Levels;

  static constexpr Register kMostPages = 512;
  static constexpr Register kMostRangePages = (Register{1} << 21) - 1;

  // The page that contains va.
  static void flush_page(const AddressSpace& mm, Register va, Levels levels = Levels::Last) noexcept {
    start_page(mm, va, levels);
    complete();
  }

  // The pages of [first, end); both are multiples of the page size.
  static void flush_range(const AddressSpace& mm, Register first, Register end, Levels levels = Levels::Last) noexcept {
    const bool range = Kernel::has_range();
    Register pages = (end - first) / kPageBytes;
    if (pages > (range ? kMostRangePages : kMostPages)) return flush(mm);
    detail::dsb_ishst();
    const unsigned asid = Kernel::asid(mm);
    // One odd page, then in each scale as many as its five bits of the rest say.
    while (pages != 0 && (!range || pages % 2 != 0)) {
      invalidate(page_operand(asid, first), levels);
      first += kPageBytes;
      --pages;
    }
    for (unsigned scale = 0; pages != 0; ++scale) {
      const unsigned units = static_cast<unsigned>(pages >> (5 * scale + 1) & 31);
      if (units == 0) continue;
      invalidate_range(range_operand(asid, first, scale, units - 1), levels);
      const Register done = Register{units} << (5 * scale + 1);
      first += done * kPageBytes;
      pages -= done;
    }
    complete();
  }

  // All of mm, tables too.
  static void flush(const AddressSpace& mm) noexcept {
    detail::dsb_ishst();
    detail::tlbi_aside1is(asid_operand(Kernel::asid(mm)));
    complete();
  }

  // A page that every address space maps.
  static void flush_kernel_page(Register va) noexcept {
    detail::dsb_ishst();
    detail::tlbi_vaale1is(page_operand(0, va));
    complete();
    detail::context_sync();
  }

  static void flush_all() noexcept {
    detail::dsb_ishst();
    detail::tlbi_vmalle1is();
    complete();
    detail::context_sync();
  }

  // Everything, on this CPU only.
  static void flush_this_cpu() noexcept {
    detail::dsb_nshst();
    detail::tlbi_vmalle1();
    detail::dsb_nsh();
    detail::context_sync();
  }

  // The task switch, on the CPU that the task leaves, before another one may run it.
  [[gnu::always_inline]] static inline void leave_cpu() noexcept { detail::dsb_ish(); }

  // flush_page() in two: nothing is promised before complete(), executed by the same task.
  static void start_page(const AddressSpace& mm, Register va, Levels levels = Levels::Last) noexcept {
    detail::dsb_ishst();
    invalidate(page_operand(Kernel::asid(mm), va), levels);
  }
  [[gnu::always_inline]] static inline void complete() noexcept { detail::dsb_ish(); }

 private:
  [[gnu::always_inline]] static inline void invalidate(Register operand, Levels levels) noexcept {
    if (levels == Levels::Last)
      detail::tlbi_vale1is(operand);
    else
      detail::tlbi_vae1is(operand);
  }
  [[gnu::always_inline]] static inline void invalidate_range(Register operand, Levels levels) noexcept {
    if (levels == Levels::Last)
      detail::tlbi_rvale1is(operand);
    else
      detail::tlbi_rvae1is(operand);
  }
};

}  // namespace shootdown::tlb::arm64
