// Lazy TLB flushes on s390: which CPUs have an address space attached, when an entry may be changed by an ordinary
// store, and what a CPU does that attaches meanwhile. Freestanding C++20, header-only.
//
//   struct MyKernel {                                    // your kernel's own hooks
//     using AddressSpace = struct mm;
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//     static CpuAttachment<mm>& cpu() noexcept;          // this CPU's, per-CPU memory, zero at boot
//     static Attachment& attachment(mm&) noexcept;       // in the address space, zero at first
//     static Register asce(const mm&) noexcept;          // value of CR1
//     static Register kernel_asce() noexcept;            // tables that are never changed and map no user page
//   };
//   using Lazy = shootdown::tlb::s390::Lazy<MyKernel>;
//
//   Lazy::attach(next);                  // the switch to a task of next, interrupts off
//   Lazy::finish();                      // after the scheduler's unlock, by the task that was switched to
//   Lazy::detach();                      // this CPU goes over to the kernel's tables, interrupts off
//   Lazy::invalidate(mm, entry, va);     // the page is no longer mapped
//   Lazy::flush_pending(mm);             // before a page is promised to be gone, or freed
//   Lazy::flush(mm);                     // before a page table of mm, or the root, is freed
//
// The idea. IPTE invalidates an entry and makes every CPU forget it, which is slow. If no other CPU has the address
// space attached, nobody else can use the entry, and it may be changed by an ordinary store; what is cached of it is
// flushed later: by flush_pending(), or by a CPU before it uses the address space again. With another CPU attached the
// ordinary store is an error by itself (the attach rule), whatever is flushed afterwards.
//
// All that is about pages. IPTE removes nothing that is cached of the entries *above*, and leaves nothing pending: a
// page table, or the root, needs flush() before it is freed.
//
// Whether another CPU is attached is a test, and what was found may be out of date at the store:
//
//     invalidate                          attach
//     (1) count of CPUs is 0              (3) counted
//     (2) entry stored                    (4) ASCE loaded
//
// So the updater counts as well. Count of CPUs and count of updates are halves of one word, and both sides change it by
// one indivisible operation that also tells what the other half was: either the updater sees the CPU, and takes IPTE;
// or the CPU sees the update, and does not load the ASCE before that is over. It must not wait in the scheduler, where
// locks are held that the updater may need. It loads the kernel's ASCE, not to be attached to what it ran on, and goes
// on; finish() waits and loads.
//
// Between attach() and finish() the task may be preempted, and another one run, of the same address space or of none.
// What is left to be done is then that CPU's, not the task's and not the address space's: it is kept with the CPU.
//
// The guarantee.
//   finish()         on return this CPU has loaded the ASCE of what was attached last, and uses no translation of a
//                    page made before an invalidate() of it that has returned.
//   invalidate()     on return the entry is invalid, and no *other* CPU uses what was made from it. This CPU may, if it
//                    has mm attached, until flush_pending().
//   flush_pending()  on return no CPU does, for every invalidate() of mm before. What is cached of entries of upper
//                    tables may still be there.
//   flush()          on return no CPU uses anything that was made with the ASCE of mm before, of upper tables too: what
//                    no valid entry leads to any more may be freed; and the root, when nobody has mm attached.
//   No page-table entry is changed by an ordinary store while another CPU may use it.
// Required: supervisor state, DAT on; CR1 is loaded by nobody else, and CR7 is never loaded with an ASCE of user
// tables; attach(), detach() with interrupts off; no user access between attach() and finish(); invalidate(),
// flush_pending() and flush() of one address space one after the other, by the lock for its tables. entry: a page-table
// entry in its table, whose frame is changed only while it is invalid (IPTE goes by the frame, too). An entry of an
// upper table becomes invalid by IDTE, or by a store while nobody else has mm attached or can attach it; that is the
// kernel's own part.
//
// The source. z/Architecture Principles of Operation, chapter 3 (Modification of Translation Tables); Linux, 2013,
// "s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries". corpus/linux-2013-s390-lazy-flush has what goes
// wrong otherwise, and its `fixed` variants call this file.
//
// Deviations from Linux:
// - The pending load is a flag of the CPU. Linux's is the task's, and has to be moved at every switch
//   (corpus/linux-2013-deferred-switch).
// - IPTE is executed while the count of updates is up, which it need not be: one path less to argue about.
#pragma once

#include <tlb/preempt.hpp>
#include <tlb/s390/instructions.hpp>

namespace shootdown::tlb::s390 {

// Of an address space.
struct Attachment {
  unsigned count = 0;  // CPUs that have it attached, or are about to; kUpdate for each update in progress
  unsigned flush = 0;  // 1: something was invalidated by an ordinary store, and may still be cached
};

// Of a CPU.
template <class AddressSpace>
struct CpuAttachment {
  AddressSpace* attached = nullptr;  // in whose count it is; null: none
  bool waits = false;                // its ASCE is not loaded yet: finish() does it
};

template <class Kernel>
concept LazyHooks = PreemptHooks<Kernel> && requires(typename Kernel::AddressSpace& mm) {
  { Kernel::cpu().attached = &mm };
  { Kernel::attachment(mm).count + 0u };
  { Kernel::asce(mm) + Register{0} };
  { Kernel::kernel_asce() + Register{0} };
};

template <LazyHooks Kernel>
struct Lazy {
  using AddressSpace = typename Kernel::AddressSpace;
  using Guard = PreemptGuard<Kernel>;
  static constexpr unsigned kUpdate = 0x10000;

  // This CPU is about to run a task of next. Interrupts are off. False: finish() has something to do.
  static bool attach(AddressSpace& next) noexcept {
    auto& own = Kernel::cpu();
    AddressSpace* const previous = own.attached;
    if (previous == &next) return !own.waits;
    own.attached = &next;
    own.waits = __atomic_fetch_add(&Kernel::attachment(next).count, 1u, __ATOMIC_SEQ_CST) >= kUpdate;
    if (own.waits)
      detail::load_primary_asce(Kernel::kernel_asce());
    else
      enter(next);
    if (previous) leave(*previous);
    return !own.waits;
  }

  // Preemption is on or off, interrupts may be.
  static void finish() noexcept {
    const Guard guard;
    auto& own = Kernel::cpu();
    if (!own.waits) return;
    while (__atomic_load_n(&Kernel::attachment(*own.attached).count, __ATOMIC_ACQUIRE) >= kUpdate) {}
    enter(*own.attached);
    own.waits = false;
  }

  // This CPU goes over to the kernel's tables. Interrupts are off.
  static void detach() noexcept {
    auto& own = Kernel::cpu();
    AddressSpace* const previous = own.attached;
    if (!previous) return;
    detail::load_primary_asce(Kernel::kernel_asce());
    own.attached = nullptr;
    own.waits = false;
    leave(*previous);
  }

  static void invalidate(AddressSpace& mm, Register* entry, Register va) noexcept {
    const Guard guard;
    Attachment& attachment = Kernel::attachment(mm);
    const Register before = __atomic_load_n(entry, __ATOMIC_RELAXED);
    if (before & kPageInvalid) return;
    const unsigned own = Kernel::cpu().attached == &mm;
    const unsigned cpus = __atomic_add_fetch(&attachment.count, kUpdate, __ATOMIC_SEQ_CST) % kUpdate;
    if (cpus <= own) {
      __atomic_store_n(entry, before | kPageInvalid, __ATOMIC_RELAXED);
      __atomic_store_n(&attachment.flush, 1u, __ATOMIC_RELAXED);
    } else {
      detail::ipte(reinterpret_cast<Register>(entry) & ~(kPageTableBytes - 1), va);
    }
    __atomic_fetch_sub(&attachment.count, kUpdate, __ATOMIC_SEQ_CST);
  }

  static void flush_pending(AddressSpace& mm) noexcept {
    if (__atomic_load_n(&Kernel::attachment(mm).flush, __ATOMIC_RELAXED)) flush(mm);
  }

  // In this order: an attaching CPU that finds nothing pending comes behind the IDTE.
  static void flush(AddressSpace& mm) noexcept {
    detail::idte_asce(Kernel::asce(mm));
    __atomic_store_n(&Kernel::attachment(mm).flush, 0u, __ATOMIC_RELAXED);
  }

 private:
  // No update is in progress, and those that begin now take IPTE.
  static void enter(AddressSpace& mm) noexcept {
    detail::load_primary_asce(Kernel::asce(mm));
    if (__atomic_load_n(&Kernel::attachment(mm).flush, __ATOMIC_RELAXED)) detail::idte_asce(Kernel::asce(mm));
  }

  // Its ASCE is not loaded any more.
  static void leave(AddressSpace& mm) noexcept {
    __atomic_fetch_sub(&Kernel::attachment(mm).count, 1u, __ATOMIC_SEQ_CST);
  }
};

}  // namespace shootdown::tlb::s390
