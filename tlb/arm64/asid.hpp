// ASIDs on arm64: which address space has which number, when there are more of them than numbers. Freestanding C++20,
// header-only.
//
//   struct MyKernel {
//     using AddressSpace = struct mm;
//     static Register& context(mm&) noexcept;             // generation and ASID; a word in mm, 0 at first
//     static Register root(const mm&) noexcept;           // physical address of its table
//     static unsigned cpu() noexcept;                     // this CPU's number
//     static unsigned cpus() noexcept;                    // how many there are; at most kCpus
//     static void lock() noexcept;                        // one lock, for the allocator's own use
//     static void unlock() noexcept;
//   };
//   using Asids = shootdown::tlb::arm64::Asids<MyKernel, kCpus, kMostBits>;
//
//   Asids asids;                                          // zero at boot
//   asids.init(bits);                                     // 8 or 16: ID_AA64MMFR0_EL1.ASIDBits
//   asids.switch_to(mm);                                  // before this CPU runs a task of mm; interrupts off
//   asids.asid(mm)                                        // for flush.hpp
//
// The idea. TLBs keep translations under their ASID when another address space is switched to; an ASID may be given to
// another address space only when no TLB has anything under it. Instead of flushing for each, all are handed out once,
// then everything is flushed and they are handed out again: a new generation. An address space keeps its number with
// the generation it is of; one of an older generation has to come for a new one.
//
// What runs at that moment cannot be stopped, and it costs nothing to let it run: its number is reserved for it, in
// every generation until it comes by. Nor is any CPU interrupted: each is marked, and flushes its own TLB before it
// next loads an address space of the new generation.
//
//     context = | generation | ASID |      active[cpu]    what the CPU runs; 0: taken by a rollover
//                                          reserved[cpu]  what it ran at the last rollover
//
// A switch to an address space of the current generation takes no lock. It looks at the generation, and puts its
// context into active[cpu] if that is not 0. Between the two a rollover may come, and it must either find the new
// context there, or be noticed. That is why it is a compare-and-exchange, with what was there before. With an
// unconditional exchange a CPU that comes too late leaves the number of an older generation in active[cpu], waits for
// the lock, and the *next* rollover takes that for what runs: what really does is reserved no more, and the number may
// be given to two.
//
// The guarantee. When switch_to(mm) returns, TTBR0_EL1 has mm's root and ASID on this CPU, and no translation under
// that ASID is in its TLB that was not cached from mm's own tables; this stays so until the next switch_to() on this
// CPU. No two address spaces that run on any CPUs at one time have the same ASID.
// Required: EL1, interrupts off in switch_to(); TCR_EL1.A1 = 0; nobody else writes TTBR0_EL1, or uses ASIDs other
// than 0; at least one user ASID more than CPUs, that is 2^bits - 1 > cpus; user translations are not global. ASID 0 is
// never handed out: it is for a table without user pages.
// A flush by ASID (flush.hpp) that races with a rollover: if mm runs anywhere its number is reserved and stays the
// same; if it runs nowhere, every CPU flushes everything before it runs it again.
//
// The source. The allocator of Linux on arm64 since 2015 ("arm64: mm: rewrite ASID allocator and MM context-switching
// code") and its correction ("arm64: asid: Do not replace active_asids if already 0", 2018).
// corpus/linux-arm64-asid has the wrong one; its variant `cmpxchg` calls this file.
//
// Deviations from Linux: ASID in TTBR0_EL1, so that it changes together with the root (Linux has it in TTBR1_EL1 and
// loads an empty table in between). No pinned ASIDs, no pairs of ASIDs for page-table isolation.
#pragma once

#include <tlb/arm64/flush.hpp>

namespace shootdown::tlb::arm64 {

template <class Kernel>
concept AsidHooks = requires(typename Kernel::AddressSpace& mm) {
  { Kernel::context(mm) = Register{0} };
  { Kernel::root(mm) + Register{0} };
  { Kernel::cpu() + 0u };
  { Kernel::cpus() + 0u };
  Kernel::lock();
  Kernel::unlock();
};

template <AsidHooks Kernel, unsigned kCpus, unsigned kMostBits = 16>
class Asids {
 public:
  using AddressSpace = typename Kernel::AddressSpace;
  static_assert(kMostBits >= 1 && kMostBits <= 16);

  // Once, at boot. bits: 1 to kMostBits.
  void init(unsigned bits) noexcept {
    bits_ = bits;
    generation_ = first_generation();
    next_ = 1;
  }

  // 0: mm has never run.
  [[nodiscard]] unsigned asid(AddressSpace& mm) const noexcept {
    return static_cast<unsigned>(context_of(mm) & mask());
  }

  void switch_to(AddressSpace& mm) noexcept {
    PerCpu& own = cpus_[Kernel::cpu()];
    Register context = context_of(mm);
    Register before = __atomic_load_n(&own.active, __ATOMIC_RELAXED);
    const bool quick =
        before != 0 && is_current(context) &&
        __atomic_compare_exchange_n(&own.active, &before, context, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    if (!quick) context = enter(mm, own);
    detail::write_ttbr0(Kernel::root(mm) | (context & mask()) << kAsidShift);
    detail::context_sync();
  }

  // Of the current generation; for tests.
  [[nodiscard]] Register generation() const noexcept { return __atomic_load_n(&generation_, __ATOMIC_RELAXED); }

 private:
  struct PerCpu {
    Register active, reserved;
    bool flush;
  };
  static constexpr unsigned kWordBits = 64;
  static constexpr unsigned kWords = ((1u << kMostBits) + kWordBits - 1) / kWordBits;

  static Register context_of(AddressSpace& mm) noexcept {
    return __atomic_load_n(&Kernel::context(mm), __ATOMIC_RELAXED);
  }
  [[nodiscard]] Register first_generation() const noexcept { return Register{1} << bits_; }
  [[nodiscard]] Register mask() const noexcept { return first_generation() - 1; }
  [[nodiscard]] bool is_current(Register context) const noexcept { return (context ^ generation()) >> bits_ == 0; }

  // The way with the lock.
  Register enter(AddressSpace& mm, PerCpu& own) noexcept {
    Kernel::lock();
    Register context = context_of(mm);
    if (!is_current(context)) {
      context = new_context(context);
      __atomic_store_n(&Kernel::context(mm), context, __ATOMIC_RELAXED);
    }
    if (own.flush) {
      own.flush = false;
      flush_own();
    }
    __atomic_store_n(&own.active, context, __ATOMIC_RELAXED);
    Kernel::unlock();
    return context;
  }

  static void flush_own() noexcept {
    detail::dsb_nshst();
    detail::tlbi_vmalle1();
    detail::dsb_nsh();
    detail::context_sync();
  }

  Register new_context(Register old) noexcept {
    if (old != 0) {
      const Register renewed = generation_ | (old & mask());
      if (renew_reserved(old, renewed)) return renewed;
      if (take(static_cast<unsigned>(old & mask()))) return renewed;
    }
    unsigned number = free_from(next_);
    if (number == 0) {
      __atomic_store_n(&generation_, generation_ + first_generation(), __ATOMIC_RELAXED);
      begin_generation();
      number = free_from(1);
    }
    take(number);
    next_ = number;
    return generation_ | number;
  }

  // All numbers are free but those of what runs.
  void begin_generation() noexcept {
    for (unsigned word = 0; word < kWords; ++word) taken_[word] = 0;
    for (unsigned cpu = 0; cpu < Kernel::cpus(); ++cpu) {
      PerCpu& other = cpus_[cpu];
      Register runs = __atomic_exchange_n(&other.active, Register{0}, __ATOMIC_RELAXED);
      // Two rollovers, and the CPU has not switched in between: it still runs what it ran then.
      if (runs == 0) runs = other.reserved;
      if ((runs & mask()) != 0) take(static_cast<unsigned>(runs & mask()));
      other.reserved = runs;
      other.flush = true;
    }
  }

  // Threads of one address space may run on several CPUs: all of them get to know.
  bool renew_reserved(Register old, Register renewed) noexcept {
    bool found = false;
    for (unsigned cpu = 0; cpu < Kernel::cpus(); ++cpu) {
      if (cpus_[cpu].reserved != old) continue;
      cpus_[cpu].reserved = renewed;
      found = true;
    }
    return found;
  }

  // False if it was taken already.
  bool take(unsigned number) noexcept {
    Register& word = taken_[number / kWordBits];
    const Register bit = Register{1} << number % kWordBits;
    const bool free = (word & bit) == 0;
    word |= bit;
    return free;
  }

  // The first free number from `first` on; 0 if there is none.
  [[nodiscard]] unsigned free_from(unsigned first) const noexcept {
    for (unsigned number = first; number < 1u << bits_; ++number)
      if ((taken_[number / kWordBits] >> number % kWordBits & 1) == 0) return number;
    return 0;
  }

  Register generation_;
  unsigned bits_, next_;
  Register taken_[kWords];
  PerCpu cpus_[kCpus];
};

}  // namespace shootdown::tlb::arm64
