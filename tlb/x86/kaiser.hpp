// Page-table isolation with two PCIDs for everybody, as KAISER did it: the note that makes the next return to user mode
// flush. Freestanding C++20, header-only, x86-64. Works on CPUs with and without PCID; needs no INVPCID.
//
//   struct MyKernel {                                    // your kernel's own hooks
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//     static Register exit_word() noexcept;              // this CPU's exit word: one load, one store, of 8 bytes,
//     static void set_exit_word(Register) noexcept;      // relative to %gs, volatile
//   };
//   using Kaiser = shootdown::tlb::x86::Kaiser<MyKernel>;
//
//   Kaiser::init_cpu(off);                  // each CPU at boot, after CR4.PCIDE has been decided
//   Kaiser::load_mm(off, pgd);              // switch_mm()
//   Kaiser::flush(guard);                   // this CPU's translations of the loaded mm, both PCIDs
//   Kaiser::flush_page(guard, va);
//   Kaiser::switch_to_user(off);            // last on the way to user mode, on every way
//   Kaiser::switch_to_kernel(off);          // first on the way into the kernel
//
// The idea. Each mm has two page directories side by side, 8 KiB aligned: the kernel's at pgd, user mode's ("shadow")
// at pgd + 4096. All mms share two PCIDs, 0 for the kernel and 0x80 for user mode, so that the switches in and out need
// not flush: bit 63 of the value is set. What has to be flushed, when translations of user addresses change or another
// mm is loaded, is then cached under two tags, and the kernel has only its own within reach: a CR3 load or INVLPG cuts
// the current PCID, and INVPCID is missing on many CPUs.
//
// But the way out loads the other PCID anyhow. So the kernel leaves a note, and the way out flushes:
//
//     exit word of this CPU                                  CR3 on the way to user mode
//     armed     8000 0000 0000 1080                          shadow, PCID 0x80, nothing flushed
//     note      0000 0000 0000 1080   leave_note()           shadow, PCID 0x80 flushed; armed again before the load
//     no PCID   0000 0000 0000 1000   always                 shadow; every load flushes
//
// The word is per CPU, since the TLB is. A note on CPU 0 is of no use to a task that goes on to CPU 1 before it returns
// to user mode there, so leaving one takes the proof that the CPU stays the same until the rest of the flush is done: a
// PreemptGuard or InterruptsOff.
//
// The guarantee, for this CPU; stores to page tables before the call are seen by all walks after it.
//   flush()        on return no non-global translation under PCID 0 from before the call is used, and after the next
//                  switch_to_user() none under PCID 0x80. (User mode of this CPU cannot run before that.)
//   flush_page()   the same for the page at va.
//   load_mm()      the same as flush(), and CR3 holds the kernel root of the mm.
//   The exit word is 0x1000 where CR4.PCIDE was 0 at init_cpu(): bit 63, which is reserved there, never gets into CR3.
// Required: ring 0; user mode is entered by way of switch_to_user() only; kernel pages are not global; CR4.PCIDE does
// not change after init_cpu(). No NMI handler calls anything here but the two switches: a note that is left between
// switch_to_user()'s look at the word and its load is missed until the exit after.
//
// The source. Linux 4.4.y and 4.9.y, "kaiser: load_new_mm_cr3() let SWITCH_USER_CR3 flush user" (2017) and the commit
// that follows it. corpus/linux-2017-kaiser-pcid calls this file in its `note` variants and has what goes wrong
// otherwise.
//
// Deviations from what Linux did in these places:
// - leave_note() takes bit 63 from the word instead of writing a constant where the CPU has PCID: without PCID the bit
//   was never set, and no feature is tested.
// - Arming derives bit 63 from bit 7 of the word, the PCID: without PCID both are clear. (The constant of the first
//   commit, 0x80, set bit 63 there, and the exit after that took #GP.) It stores the whole word. A note that an NMI
//   leaves between the look and that store is lost without harm: this exit flushes, and its load is still to come.
// - switch_to_kernel() has no variable: bit 63 is derived from the PCID in CR3 that user mode ran with. Linux has one
//   variable for all CPUs, initialised by each, "in principle incorrect" where CPUs differ. And nothing has to be
//   mapped in the shadow for it but the code.
#pragma once

#include <tlb/x86/pcid.hpp>

namespace shootdown::tlb::x86 {

// What a kernel has to offer. exit_word() and set_exit_word() name the word of the CPU that executes them, in one
// instruction.
template <class Kernel>
concept KaiserHooks = PreemptHooks<Kernel> && requires(Register word) {
  word = Kernel::exit_word();
  Kernel::set_exit_word(word);
};

template <KaiserHooks Kernel>
struct Kaiser {
  using Guard = PreemptGuard<Kernel>;

  static constexpr Pcid kKernelPcid{0x00};
  static constexpr Pcid kUserPcid{0x80};
  // Of a page directory pair: CR3 bit 12.
  static constexpr Register kShadow = 0x1000;

  // Once on each CPU, when CR4.PCIDE is what it will be.
  [[gnu::always_inline]] static inline void init_cpu(const InterruptsOff& off) noexcept {
    Register word = kShadow;
    Pcids<Kernel>::if_on(off, [&](const auto&) { word |= kUserPcid.number(); });
    Kernel::set_exit_word(armed(word));
  }

  // The next switch_to_user() on this CPU flushes PCID 0x80.
  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void leave_note(const Proof&) noexcept {
    Kernel::set_exit_word(Kernel::exit_word() & ~kCr3NoFlush);
  }

  // All translations of the loaded mm.
  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void flush(const Proof& proof) noexcept {
    leave_note(proof);
    detail::write_cr3(detail::read_cr3());
  }
  [[gnu::always_inline]] static inline void flush() noexcept {
    const Guard guard;
    flush(guard);
  }

  // The page of the loaded mm that contains va.
  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void flush_page(const Proof& proof, Register va) noexcept {
    leave_note(proof);
    LocalTlb<Kernel>::flush_page(va);
  }
  [[gnu::always_inline]] static inline void flush_page(Register va) noexcept {
    const Guard guard;
    flush_page(guard, va);
  }

  // Another mm, whose kernel page directory is at physical address pgd.
  template <Pins<Kernel> Proof>
  [[gnu::always_inline]] static inline void load_mm(const Proof& proof, Register pgd) noexcept {
    leave_note(proof);
    Pcids<Kernel>::load(proof, Cr3::flushing(pgd, kKernelPcid));
  }

  // From the kernel's page directory to the shadow.
  [[gnu::always_inline]] static inline void switch_to_user(const InterruptsOff&) noexcept {
    const Register word = Kernel::exit_word();
    if (armed(word) != word) Kernel::set_exit_word(armed(word));
    detail::write_cr3((detail::read_cr3() & ~(kCr3PcidBits | kShadow)) | word);
  }

  // And back. Also right if the kernel's page directory is loaded already, then it flushes.
  [[gnu::always_inline]] static inline void switch_to_kernel(const InterruptsOff&) noexcept {
    const Register cr3 = detail::read_cr3();
    detail::write_cr3((cr3 & ~(kCr3PcidBits | kShadow)) | no_flush_bit(cr3));
  }

 private:
  // Bit 63 if the value has the user PCID, which it has only where CR4.PCIDE = 1.
  static constexpr Register no_flush_bit(Register value) noexcept { return (value & kUserPcid.number()) << 56; }
  static constexpr Register armed(Register word) noexcept { return word | no_flush_bit(word); }
};

}  // namespace shootdown::tlb::x86
