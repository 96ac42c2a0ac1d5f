// Batched TLB invalidation on arm64: many pages' TLBIs, one wait for all of them. Freestanding C++20, header-only.
//
//   struct MyKernel {                                     // the hooks of flush.hpp, and
//     static shootdown::tlb::arm64::BatchCount& batched(mm&) noexcept;   // a word in the address space
//   };
//   using Batch = shootdown::tlb::arm64::Batch<MyKernel>;
//
//   reclaim, for each page, under its page-table lock:    mprotect, munmap, ..., under the page-table lock:
//     clear the entry                                       Batch::drain(mm);
//     Batch::add(mm, va);                                   change entries, flush what was valid
//   and when the locks are dropped:
//     Batch::flush();
//   and only then the pages are freed.
//
// The idea. The TLBI of each page is executed at once, and its completion waited for once, at the end. Meanwhile the
// locks are free, and someone else may find an entry cleared whose translation is still in use: he has nothing to
// flush, and would promise too much.
//
//     CPU 0, reclaim                     CPU 1, mprotect to read-only
//     entry := 0; TLBI                                                      (on its way to CPU 1)
//                                        entry is 0: nothing to flush
//                                        promises; a store through the old translation
//     DSB
//
// A DSB by CPU 1 would not help: only CPU 0's waits for CPU 0's TLBIs. So CPU 1 makes its own: drain() flushes the
// whole address space if anything is pending there. Which pages are is not recorded; a count of what was added, and up
// to where it was flushed, is.
//
// The guarantee.
//   flush()      on return every page that this task has added since its last flush() is as flush_page() leaves it.
//   drain(mm)    on return the same for every page of mm that was added, by anybody, under the caller's lock before.
// Required: what flush.hpp requires, leave_cpu() in the task switch above all: it makes flush() right for a task that
// has moved between add() and flush(). add() and drain() are called under the lock that guards the page's entry.
//
// The source. Linux, "mm, mprotect: flush TLB if potentially racing with a parallel reclaim leaving stale TLB entries"
// (2017) and "arm64/mm: Close theoretical race where stale TLB entry remains valid" (2025).
// corpus/linux-2025-arm64-tlbbatch has what goes wrong otherwise; its variants `flush-mm` and `migrate` call this file.
//
// Deviations from Linux: none in the protocol. The two halves of the count are 32 bits each.
#pragma once

#include <tlb/arm64/flush.hpp>

namespace shootdown::tlb::arm64 {

// Added in the lower half, up to where it has been flushed in the upper one.
struct BatchCount {
  Register value = 0;
};

template <class Kernel>
concept BatchHooks = TlbHooks<Kernel> && requires(typename Kernel::AddressSpace& mm) {
  { Kernel::batched(mm).value + Register{0} };
};

template <BatchHooks Kernel>
struct Batch {
  using AddressSpace = typename Kernel::AddressSpace;

  // The entry for va has been cleared.
  static void add(AddressSpace& mm, Register va) noexcept {
    Tlb<Kernel>::start_page(mm, va);
    Register* const count = &Kernel::batched(mm).value;
    Register before = __atomic_load_n(count, __ATOMIC_RELAXED);
    // Long before the half overflows the count begins again, at "one added, none flushed".
    while (!__atomic_compare_exchange_n(count, &before, added(before) < kMost ? before + 1 : Register{1}, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
  }

  [[gnu::always_inline]] static inline void flush() noexcept { Tlb<Kernel>::complete(); }

  static void drain(AddressSpace& mm) noexcept {
    Register* const count = &Kernel::batched(mm).value;
    Register before = __atomic_load_n(count, __ATOMIC_RELAXED);
    if (added(before) == before >> 32) return;
    Tlb<Kernel>::flush(mm);
    // If more was added meanwhile, under another lock, it is for another drain().
    __atomic_compare_exchange_n(count, &before, added(before) << 32 | added(before), false, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
  }

 private:
  static constexpr Register kMost = Register{1} << 31;
  static constexpr Register added(Register count) noexcept { return count & 0xffff'ffff; }
};

}  // namespace shootdown::tlb::arm64
