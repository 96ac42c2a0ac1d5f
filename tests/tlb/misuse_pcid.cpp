// Must not compile, as misuse.cpp: what tlb/x86/pcid.hpp and kaiser.hpp are there to prevent.
#include <tlb/x86/kaiser.hpp>

struct Hooks {
  static void preempt_disable() noexcept;
  static void preempt_enable() noexcept;
  static unsigned long exit_word() noexcept;
  static void set_exit_word(unsigned long) noexcept;
  static bool has_invpcid() noexcept;
};

struct PreemptOnly {
  static void preempt_disable() noexcept;
  static void preempt_enable() noexcept;
};

using shootdown::tlb::x86::Cr3;
using shootdown::tlb::x86::InterruptsOff;
using shootdown::tlb::x86::Pcid;
using Kaiser = shootdown::tlb::x86::Kaiser<Hooks>;
using Pcids = shootdown::tlb::x86::Pcids<Hooks>;

#if MISUSE == 0
void right(const Pcids::Guard& guard, unsigned long root) {
  Kaiser::leave_note(guard);
  Pcids::if_on(guard, [&](const Pcids::On& on) {
    Pcids::load(guard, Cr3::keeping(on, root, Pcid(4095)));
    Pcids::if_invpcid(guard, [&](const Pcids::Invpcid& invpcid) { invpcid.context(on, Pcid(1)); });
  });
}
#elif MISUSE == 1  // a note where the CPU may change before the flush
void note() { Kaiser::leave_note(0); }
#elif MISUSE == 2  // bit 63 without knowing CR4.PCIDE
Cr3 keeping(unsigned long root) { return Cr3::keeping(0, root, Pcid(1)); }
#elif MISUSE == 3  // INVPCID without knowing that it exists
void flush(const Pcids::On& on) { Pcids::Invpcid().context(on, Pcid(1)); }
#elif MISUSE == 4  // a PCID that does not fit
constexpr Pcid large(4096);
#elif MISUSE == 5  // a kernel that has no exit word
void flush() { shootdown::tlb::x86::Kaiser<PreemptOnly>::flush(); }
#elif MISUSE == 6  // the way to user mode with interrupts on
void leave(const Kaiser::Guard& guard) { Kaiser::switch_to_user(guard); }
#elif MISUSE == 7  // a kernel that cannot say whether the CPU has INVPCID
bool ask(const shootdown::tlb::x86::PreemptGuard<PreemptOnly>& guard) {
  return shootdown::tlb::x86::Pcids<PreemptOnly>::if_invpcid(guard, [](const auto&) {});
}
#elif MISUSE == 8  // keeping the proof for later
Pcids::On keep(const Pcids::On& on) { return on; }
#endif
