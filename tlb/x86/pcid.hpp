// PCIDs: values of CR3, what may be written to it, and how one PCID's translations are flushed. Freestanding C++20,
// header-only, x86-64.
//
//   struct MyKernel {                                    // your kernel's own hooks
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//     static bool has_invpcid() noexcept;                // CPUID.(EAX=7,ECX=0):EBX bit 10, of this CPU
//   };
//   using Pcids = shootdown::tlb::x86::Pcids<MyKernel>;
//   constexpr shootdown::tlb::x86::Pcid kServer{5};
//
//   const Pcids::Guard guard;
//   Pcids::if_on(guard, [&](const Pcids::On& on) {       // only where CR4.PCIDE = 1
//     if (!Pcids::if_invpcid(guard, [&](const Pcids::Invpcid& invpcid) { invpcid.context(on, kServer); }))
//       Pcids::flush_everything(guard);                  // a CPU with PCID and without INVPCID
//   });
//
// The idea. A PCID is the tag under which a CPU caches translations: CR3 bits 11:0, once CR4.PCIDE = 1. A MOV to CR3
// flushes the PCID that it loads, unless bit 63 of the value says not to; what is cached under all others stays. Four
// mistakes come with it, each a fault or a silently stale translation on *some* machines only:
//
//   bit 63 in CR3 while CR4.PCIDE = 0               #GP: it is a reserved bit there
//   INVPCID on a CPU without it                     #UD; many CPUs have PCID and not INVPCID
//   INVPCID 0 or 1 of a PCID with CR4.PCIDE = 0     #GP
//   INVLPG, or a reload of CR3, for another PCID    nothing: both reach the current PCID only
//
// The first three cannot be written with this file: a value with bit 63 is made of an On, INVPCID is executed by an
// Invpcid, and neither exists but inside the body that if_on() or if_invpcid() calls on a CPU where it is true. Both
// take a guard, because "this CPU" has to stay the same: CPUs of one machine may differ.
//
// Without INVPCID another PCID is flushed by loading it. While it is loaded the CPU may cache anything under it that
// the loaded root maps, so the root has to be that PCID's own:
//
//     CR3                                        under PCID 5 may be cached
//     kernel root, PCID 0                        old entries of S
//     root of S,   PCID 5, bit 63 clear          what S maps now
//     kernel root, PCID 0, bit 63 set            what S maps now; PCID 0 lost nothing
//
// With the kernel's root there instead, kernel translations end up under S's tag; with the root of whoever used the
// PCID before, stale ones. flush_by_loading() therefore takes root and PCID as one value, and the root must map the
// code that executes it.
//
// The guarantee, on return, for this CPU; stores to page tables before the call are seen by all walks after it.
//   load(value)                after a flushing() value: no non-global translation and no paging-structure entry under
//                              its PCID from before the call is used. After a keeping() value: CR3 is loaded, no more.
//   flush_by_loading(...)      the same for the PCID of `target`, and CR3 holds `then`.
//   flush_everything()         the same for every PCID, and for global pages.
//   Invpcid::address(..., va)  the same for the page at va under the PCID, global translations excepted.
//   Invpcid::context(...)      the same for all of the PCID.
//   Invpcid::all_but_global(), Invpcid::all()    of all PCIDs.
// Required: ring 0, and what flush.hpp requires of handlers.
//
// The source. Intel SDM volume 3A, 4.10.1 (PCIDs) and 4.10.4.1 (what each operation removes), volume 2 (MOV to control
// registers, INVPCID: the faults). INVPCID on a CPU that has only PCID crashed Linux in 2017
// (corpus/linux-2017-kaiser-pcid); loading another tag for a moment is what the fix of that doubted
// (corpus/linux-2017-kaiser-switch-to-user).
//
// Deviations from what Linux does in these places: CR4.PCIDE itself is looked at, not a feature bit that implies it; a
// read of CR4 more.
#pragma once

#include <tlb/x86/interrupts.hpp>

#ifndef __x86_64__
#error "PCIDs exist in 64-bit mode only"
#endif

namespace shootdown::tlb::x86 {

inline constexpr Register kCr4Pcide = Register{1} << 17;
inline constexpr Register kCr3NoFlush = Register{1} << 63;
inline constexpr Register kCr3PcidBits = 0xfff;

namespace detail {
void pcid_is_above_4095();  // no body: a constant expression cannot call it
}

// A tag, 0 .. 4095.
class Pcid {
 public:
  // Of a constant; one that is too large does not compile.
  consteval explicit Pcid(unsigned number) noexcept : number_(number) {
    if (number > kCr3PcidBits) detail::pcid_is_above_4095();
  }
  // Of a number computed at run time: its low 12 bits.
  static constexpr Pcid low_bits(Register number) noexcept {
    Pcid result(0u);
    result.number_ = number & kCr3PcidBits;
    return result;
  }
  [[nodiscard]] constexpr Register number() const noexcept { return number_; }

 private:
  Register number_;
};

template <PreemptHooks Kernel>
struct Pcids;

// A value for CR3.
class Cr3 {
 public:
  // The table at physical address `root` (4 KiB aligned), and whatever is cached under pcid is flushed. Right on every
  // CPU: with CR4.PCIDE = 0 the PCID is 0 whatever it says.
  static constexpr Cr3 flushing(Register root, Pcid pcid) noexcept { return Cr3(root | pcid.number()); }
  // The same, and nothing is flushed. `On` is Pcids<...>::On.
  template <class On>
    requires requires { typename On::ProvesPcidsOn; }
  static constexpr Cr3 keeping(const On&, Register root, Pcid pcid) noexcept {
    return Cr3(root | pcid.number() | kCr3NoFlush);
  }
  // What is loaded. Bit 63 reads as 0: to load it again flushes.
  [[gnu::always_inline]] static inline Cr3 loaded() noexcept { return Cr3(detail::read_cr3()); }

  [[nodiscard]] constexpr Register root() const noexcept { return bits_ & ~(kCr3NoFlush | kCr3PcidBits); }
  [[nodiscard]] constexpr Pcid pcid() const noexcept { return Pcid::low_bits(bits_); }
  [[nodiscard]] constexpr Register bits() const noexcept { return bits_; }

 private:
  constexpr explicit Cr3(Register bits) noexcept : bits_(bits) {}
  Register bits_;
};

// What if_invpcid() needs of a kernel.
template <class Kernel>
concept InvpcidHook = PreemptHooks<Kernel> && requires(bool answer) { answer = Kernel::has_invpcid(); };

template <PreemptHooks Kernel>
struct Pcids {
  using Guard = PreemptGuard<Kernel>;

  // CR4.PCIDE = 1 on this CPU.
  class On {
   public:
    using ProvesPcidsOn = void;
    On(const On&) = delete;
    On& operator=(const On&) = delete;

   private:
    friend struct Pcids;
    constexpr On() noexcept = default;
  };

  // This CPU has INVPCID.
  class Invpcid {
   public:
    Invpcid(const Invpcid&) = delete;
    Invpcid& operator=(const Invpcid&) = delete;

    [[gnu::always_inline]] inline void address(const On&, Pcid pcid, Register va) const noexcept {
      execute(0, pcid.number(), va);
    }
    [[gnu::always_inline]] inline void context(const On&, Pcid pcid) const noexcept { execute(1, pcid.number(), 0); }
    [[gnu::always_inline]] inline void all() const noexcept { execute(2, 0, 0); }
    [[gnu::always_inline]] inline void all_but_global() const noexcept { execute(3, 0, 0); }

   private:
    friend struct Pcids;
    constexpr Invpcid() noexcept = default;

    [[gnu::always_inline]] static inline void execute(Register type, Register pcid, Register va) noexcept {
      const struct {
        Register pcid, va;
      } descriptor{pcid, va};
      asm volatile("invpcid %0, %1" : : "m"(descriptor), "r"(type) : "memory");
    }
  };

  // Calls body(on) if CR4.PCIDE = 1 on this CPU; returns whether it did.
  template <Pins<Kernel> Proof, class Body>
  [[gnu::always_inline]] static inline bool if_on(const Proof&, Body&& body) noexcept {
    if (!(detail::read_cr4() & kCr4Pcide)) return false;
    const On on;
    body(on);
    return true;
  }

  // Calls body(invpcid) if this CPU has INVPCID; returns whether it did.
  template <Pins<Kernel> Proof, class Body>
    requires InvpcidHook<Kernel>
  [[gnu::always_inline]] static inline bool if_invpcid(const Proof&, Body&& body) noexcept {
    if (!Kernel::has_invpcid()) return false;
    const Invpcid invpcid;
    body(invpcid);
    return true;
  }

  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void load(const Proof&, Cr3 value) noexcept {
    detail::write_cr3(value.bits());
  }

  // Flushes the PCID of `target` (a flushing() value) by loading it with its own root for a moment, and goes on with
  // `then`. No INVPCID needed. The root of `target` has to map this code, its stack, and what an NMI runs.
  [[gnu::always_inline]] static inline void flush_by_loading(const InterruptsOff& off, const On&, Cr3 target,
                                                             Cr3 then) noexcept {
    load(off, target);
    load(off, then);
  }

  // All PCIDs and global pages. A change of CR4.PGE does it on every CPU that has PCID: all of them have PGE.
  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void flush_everything(const Proof&) noexcept {
    const Register cr4 = detail::read_cr4();
    detail::write_cr4(cr4 ^ kCr4Pge);
    detail::write_cr4(cr4);
  }
};

}  // namespace shootdown::tlb::x86
