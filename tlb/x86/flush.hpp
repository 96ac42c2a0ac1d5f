// Flushing the TLB of this CPU on x86: all but global pages, everything, one page. Freestanding C++20, header-only.
//
//   struct MyKernel {                                     // your kernel's own hooks
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//   };
//   using Tlb = shootdown::tlb::x86::LocalTlb<MyKernel>;
//   Tlb::flush();                                         // after a change of this address space's tables
//
// The idea. On x86 a flush is a write to a control register of the value it has already: CR3 read, CR3 written.
// Between the two instructions the value lives in a general register, and if the task is switched there the scheduler
// gives CR3 a new value that the task knows nothing of. A task with an address space of its own gets away with it:
// whenever it runs, CR3 holds the same root. One without (a kernel thread, a task that has given up its mm in exit)
// borrows whatever address space ran before it, so the root may be another one after the switch. The stale value then
// goes into CR3, and is believed to be the new one by a scheduler that skips the load when the address space stays
// the same: the next user task runs on a foreign page table.
//
//     lazy thread        user task B            CR3
//     r = CR3                                    A
//        ------ preempted ------
//                        CR3 = B                 B
//        ------ preempted ------                 B      borrows B, nothing to load
//     CR3 = r                                    A      the stale value
//        ------ preempted ------
//                        same mm: no load        A      B runs on A's page table
//
// So reading and writing back have to be one for the scheduler. Here that cannot be forgotten: the only functions that
// write a value back take a PreemptGuard, which is preemption switched off, or make one. Hand in the guard you hold
// already and there is no second pair of hooks:
//
//   Tlb::Guard guard;
//   if (mm == current->active_mm) Tlb::flush(guard);
//
// The guarantee, on return, for this CPU; stores to page tables before the call are seen by all walks after it.
//   flush()           no translation of a non-global page and no paging-structure entry from before the call is used.
//                     With CR4.PCIDE = 1: those of the current PCID.
//   flush_all()       the same, and for global pages. With CR4.PCIDE = 1: of all PCIDs, if CR4.PGE = 1 on entry.
//   flush_page(va)    the same as flush(), for the page at va (global or not) and for all paging-structure entries.
//                     With CR4.PCIDE = 1: of the current PCID, and global.
//   CR3 and CR4 hold on return what they held on entry, or what a task switch before the guard made of them.
// Required: ring 0; no code that runs while the guard is held (an interrupt or NMI handler) leaves CR3 or CR4 other
// than it found it. Handlers may call these functions themselves: see flush_all(). Other CPUs are not flushed.
//
// The source. Intel SDM volume 3A, 4.10.4.1 ("Operations that Invalidate TLBs and Paging-Structure Caches") says what
// each instruction removes. That the read and write of CR3 need preemption off was found twice in Linux: in 2004 with
// lazy kernel threads (corpus/linux-2004-flush-tlb) and in 2016 with an exiting task (corpus/linux-2016-x86-up-flush).
// The `fixed` variants of these scenarios call this file: what the checker proves there is what you include.
//
// Deviations from what Linux does in these places:
// - Linux takes the CR4 it restores from memory, or turns interrupts off. Here CR4 is read under the guard, so a CPU
//   without global pages needs no second function; and a handler that flushes between the two writes sees PGE = 0 and
//   reloads CR3, which is then enough: the first write has emptied the TLB, and with PGE = 0 nothing is cached as
//   global.
// - No CR3 reload between the two writes of CR4: a change of PGE removes all of what the reload would.
// - flush_page() takes no guard: one instruction carries no value over. What it cannot know is whether the address
//   space you mean is the loaded one; if it is not, the switch away has flushed the page (without PCID).
// - No INVPCID, no PCID bookkeeping, no remote CPUs: other files.
//
// Assembly is in AT&T syntax and each statement clobbers memory: the compiler moves no page-table store across it.
#pragma once

#include <tlb/preempt.hpp>

namespace shootdown::tlb::x86 {

// A control register's value: 64 bits in long mode, else 32.
using Register = __UINTPTR_TYPE__;
inline constexpr Register kCr4Pge = Register{1} << 7;

using tlb::PreemptGuard;
using tlb::PreemptHooks;

namespace detail {

[[gnu::always_inline]] inline Register read_cr3() noexcept {
  Register value;
  asm volatile("mov %%cr3, %0" : "=r"(value) : : "memory");
  return value;
}

[[gnu::always_inline]] inline void write_cr3(Register value) noexcept {
  asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

[[gnu::always_inline]] inline Register read_cr4() noexcept {
  Register value;
  asm volatile("mov %%cr4, %0" : "=r"(value) : : "memory");
  return value;
}

[[gnu::always_inline]] inline void write_cr4(Register value) noexcept {
  asm volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

}  // namespace detail

template <PreemptHooks Kernel>
struct LocalTlb {
  using Guard = PreemptGuard<Kernel>;

  // All but global pages.
  [[gnu::always_inline]] static inline void flush(const Guard&) noexcept { detail::write_cr3(detail::read_cr3()); }
  [[gnu::always_inline]] static inline void flush() noexcept {
    const Guard guard;
    flush(guard);
  }

  // Everything. A CPU without global pages, or a handler that has come between the two writes below: PGE is 0, nothing
  // that is cached is global, and flush() is enough.
  [[gnu::always_inline]] static inline void flush_all(const Guard& guard) noexcept {
    const Register cr4 = detail::read_cr4();
    if (cr4 & kCr4Pge) {
      detail::write_cr4(cr4 ^ kCr4Pge);
      detail::write_cr4(cr4);
    } else {
      flush(guard);
    }
  }
  [[gnu::always_inline]] static inline void flush_all() noexcept {
    const Guard guard;
    flush_all(guard);
  }

  // The page that contains va.
  [[gnu::always_inline]] static inline void flush_page(Register va) noexcept {
    asm volatile("invlpg (%0)" : : "r"(va) : "memory");
  }
};

}  // namespace shootdown::tlb::x86
