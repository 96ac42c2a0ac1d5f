// The deferred switch of the address space on ARM before version 6: the scheduler says what is wanted, and it is loaded
// when interrupts are on again. Freestanding C++20, header-only. One CPU.
//
//   struct MyKernel {                                    // your kernel's own hooks
//     using AddressSpace = struct mm;
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//     static DeferredSwitchState<mm>& state() noexcept;  // one variable, zero at boot
//     static void load(const mm&) noexcept;              // caches, write buffer, table base, TLB: cpu_switch_mm()
//   };
//   using Switch = shootdown::tlb::arm::DeferredSwitch<MyKernel>;
//
//   Switch::start(next);                 // the switch to a task of next, interrupts off
//   Switch::finish();                    // after the scheduler's unlock, by every task that was switched to
//
// The idea. These processors have a data cache that is tagged with virtual addresses, so that another page table can
// only be loaded after the cache was cleaned. That takes long, and the scheduler works with interrupts off. So it only
// notes that there is something to do, and goes on with the old table; the task that was switched to does it, after the
// unlock and before it uses any user address.
//
// Where to note it? Between the unlock and finish() the task may be preempted (a new thread, with the preempt count of
// Linux before 4.4). Then another task of the same address space may come, for which the scheduler has nothing to note:
//
//     task A, running      new thread B1             B2, same address space         table
//     to B1: noted                                                                  A
//                          unlock                                                   A
//                          ------ preempted ------
//                                                    same: nothing to note          A
//                                                    finish(): was it noted?        A
//
// A note in B1's flags is not found by B2, and one that is moved from task to task at every switch has to be carried by
// kernel threads too. But there is one processor with one table base. So what is kept is about it: the address space
// that is wanted, and the one that is loaded. finish() compares the two.
//
// The guarantee. When finish() returns, the address space last named to start() is loaded, as load() leaves it,
// whatever preempted whom before; and it stays so until the next start(). Required: one CPU; start() with interrupts
// off, each followed by a finish() of the task that it was for, also outside of the scheduler (use_mm(), exec), and
// before that task uses a user address; load() by nobody else; an address space is not destroyed before a finish() that
// follows the start() of another one has returned. What runs between start() and finish() runs on an older table.
//
// The source. Linux, 2013: the thread of "s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries", where
// this was found for ARM. corpus/linux-2013-deferred-switch has the proposals of the thread, wrong and right, and its
// variant `library` on ARMv5 calls this file.
//
// Deviations from Linux: a flag in the address space there (mm->context.switch_pending), which is right on one CPU as
// well. Comparing saves the load when the scheduler goes back to what is still loaded.
#pragma once

#include <tlb/preempt.hpp>

namespace shootdown::tlb::arm {

// Of the processor. Null: the kernel's own tables, with which it booted.
template <class AddressSpace>
struct DeferredSwitchState {
  AddressSpace* wanted = nullptr;
  AddressSpace* loaded = nullptr;
};

template <class Kernel>
concept DeferredSwitchHooks = PreemptHooks<Kernel> && requires(typename Kernel::AddressSpace& mm) {
  { Kernel::state().wanted = &mm };
  { Kernel::state().loaded = &mm };
  Kernel::load(mm);
};

template <DeferredSwitchHooks Kernel>
struct DeferredSwitch {
  using AddressSpace = typename Kernel::AddressSpace;
  using Guard = PreemptGuard<Kernel>;

  static void start(AddressSpace& next) noexcept { Kernel::state().wanted = &next; }

  // Interrupts are on or off. Preemption off: load() has several steps, and the record has to go with them.
  static void finish() noexcept {
    const Guard guard;
    auto& state = Kernel::state();
    AddressSpace* const wanted = state.wanted;
    if (wanted == state.loaded) return;
    Kernel::load(*wanted);
    state.loaded = wanted;
  }
};

}  // namespace shootdown::tlb::arm
