// TLB shootdown on x86: an address space's translations are taken away on every CPU that may have them. Without PCIDs.
// Freestanding C++20, header-only.
//
//   struct MyKernel {
//     using AddressSpace = struct mm;
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//     static CpuTlb<mm>& cpu_tlb() noexcept;              // this CPU's, per-CPU memory, zero at boot
//     static unsigned cpu() noexcept;                     // this CPU's number, below the bits of CpuMask
//     static CpuMask& cpus(mm&) noexcept;                 // a word in the address space, zero at first
//     static Register root(const mm&) noexcept;           // value of CR3
//     static Register kernel_root() noexcept;             // tables that are never freed
//     static void call(CpuMask, void (*)(void*), void*) noexcept;  // run it on these CPUs with interrupts off; wait
//   };
//   using Tlb = shootdown::tlb::x86::Shootdown<MyKernel>;
//
//   Tlb::load(next);       // the switch to a task of next, interrupts off
//   Tlb::enter_lazy();     // the switch to a task that borrows what is loaded, interrupts off
//   Tlb::flush_page(mm, va);  Tlb::flush(mm);   // after the entries were changed, before what they led to is freed
//
// The idea. Each address space has a mask of the CPUs that may have translations of it. A flush asks those CPUs to
// flush and waits; a CPU that is not in the mask must have nothing. A CPU may put itself in at any time, so the order
// counts:
//
//     flush                                load
//     (1) entry changed                    (3) bit set
//     (2) mask read                        (4) entry walked
//
// Were (2) before (3) in memory and (4) before (1), nobody would flush what (4) has read. Both sides are a store and
// then a load, which x86 reorders: the store waits in the buffer. So each side has a barrier between the two. On the
// side of load() it is the LOCKed instruction that sets the bit (and MOV to CR3, which serialises, would be enough). On
// the flushing side it is a fence; INVLPG or a CR3 load would do, but a CPU that does not run on the address space
// (reclaim, another process's pages) executes neither.
//
// A CPU that only borrows the address space answers the first request by leaving it: it goes over to the kernel's own
// tables, so that the tables themselves may be freed. It leaves before it clears its bit: from then on nobody asks it.
//
// The guarantee. When flush_page() or flush() returns, no CPU uses a translation of the page, or of the address space,
// from before the caller's change; and no CPU that only borrows it walks its tables, until it is loaded again. A CPU's
// bit is set in cpus(mm) whenever mm's root is in its CR3.
// Required: ring 0; preemption hooks as in flush.hpp; flushes with interrupts on (the CPU asked may be asking us);
// load(), enter_lazy() with interrupts off; CR3 changed by nobody else; no PCIDs (CR4.PCIDE = 0); no translation of mm
// is global. An address space is not destroyed while it is loaded anywhere: flush it when its last task is gone, and
// every borrower has left it.
//
// The source. Intel SDM volume 3A, 4.10.5 ("Propagation of Paging-Structure Changes to Multiple Processors"), 8.2.2 and
// 8.3 (what waits in the store buffer, what serialises). The protocol is Linux's of 2.6 to 4.13;
// corpus/linux-x86-smp-shootdown has the variants that are wrong, and the `fixed` ones call this file.
//
// Deviations from Linux:
// - Where Linux trusts the scheduler's prev, the CPU's own record of what is loaded decides whether to load.
// - leave() loads the kernel's tables first and clears the bit then; Linux of that time had it the other way round, and
//   another flusher could free tables in between.
// - A fence in every flush, whether or not the local part has serialised: one rule instead of two.
#pragma once

#include <tlb/x86/flush.hpp>
#include <tlb/x86/interrupts.hpp>

namespace shootdown::tlb::x86 {

using CpuMask = unsigned long;

// What a CPU has loaded.
template <class AddressSpace>
struct CpuTlb {
  AddressSpace* loaded = nullptr;  // whose root is in CR3; null: the kernel's own
  bool lazy = false;               // only borrowed: no task of it runs here
};

template <class Kernel>
concept ShootdownHooks = PreemptHooks<Kernel> &&
                         requires(typename Kernel::AddressSpace& mm, CpuMask mask, void (*fn)(void*), void* argument) {
                           { Kernel::cpu_tlb().loaded = &mm };
                           { Kernel::cpu() + 0u };
                           { Kernel::cpus(mm) |= mask };
                           { Kernel::root(mm) + Register{0} };
                           { Kernel::kernel_root() + Register{0} };
                           { Kernel::call(mask, fn, argument) };
                         };

template <ShootdownHooks Kernel>
struct Shootdown {
  using AddressSpace = typename Kernel::AddressSpace;
  static constexpr Register kAll = ~Register{0};

  // This CPU is about to run a task of next. Interrupts are off.
  static void load(AddressSpace& next) noexcept {
    auto& own = Kernel::cpu_tlb();
    AddressSpace* const previous = own.loaded;
    own.lazy = false;
    if (previous == &next) return;
    own.loaded = &next;
    set_bit(next);
    detail::write_cr3(Kernel::root(next));
    if (previous) clear_bit(*previous);
  }

  // This CPU is about to run a task without an address space, on what is loaded. Interrupts are off.
  static void enter_lazy() noexcept { Kernel::cpu_tlb().lazy = true; }

  // This CPU goes over to the kernel's tables. Interrupts are off.
  static void leave() noexcept {
    auto& own = Kernel::cpu_tlb();
    AddressSpace* const previous = own.loaded;
    if (!previous) return;
    detail::write_cr3(Kernel::kernel_root());
    own.loaded = nullptr;
    clear_bit(*previous);
  }

  static void flush_page(AddressSpace& mm, Register va) noexcept { flush(Request{&mm, va}); }
  static void flush(AddressSpace& mm) noexcept { flush(Request{&mm, kAll}); }

 private:
  struct Request {
    AddressSpace* mm;
    Register va;  // an address in the page, or kAll
  };

  static CpuMask bit() noexcept { return CpuMask{1} << Kernel::cpu(); }
  static void set_bit(AddressSpace& mm) noexcept { __atomic_fetch_or(&Kernel::cpus(mm), bit(), __ATOMIC_SEQ_CST); }
  static void clear_bit(AddressSpace& mm) noexcept { __atomic_fetch_and(&Kernel::cpus(mm), ~bit(), __ATOMIC_SEQ_CST); }

  // One CPU's part. Interrupts are off.
  static void flush_here(void* argument) noexcept {
    const Request& request = *static_cast<const Request*>(argument);
    auto& own = Kernel::cpu_tlb();
    if (own.loaded != request.mm) return;
    if (own.lazy)
      leave();
    else if (request.va == kAll)
      detail::write_cr3(detail::read_cr3());
    else
      asm volatile("invlpg (%0)" : : "r"(request.va) : "memory");
  }

  static void flush(Request request) noexcept {
    const PreemptGuard<Kernel> guard;
    {
      const InterruptsOff off;
      flush_here(&request);
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    const CpuMask others = __atomic_load_n(&Kernel::cpus(*request.mm), __ATOMIC_RELAXED) & ~bit();
    if (others) Kernel::call(others, flush_here, &request);
  }
};

}  // namespace shootdown::tlb::x86
