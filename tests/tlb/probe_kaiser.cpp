// What check_instructions.sh compiles of tlb/x86/pcid.hpp and kaiser.hpp, x86-64 only: the hooks are calls, so that
// they show in the disassembly.
#include <tlb/x86/kaiser.hpp>

extern "C" void hook_preempt_disable() noexcept;
extern "C" void hook_preempt_enable() noexcept;
extern "C" unsigned long hook_exit_word() noexcept;
extern "C" void hook_set_exit_word(unsigned long) noexcept;
extern "C" bool hook_has_invpcid() noexcept;

namespace {

struct Hooks {
  static void preempt_disable() noexcept { hook_preempt_disable(); }
  static void preempt_enable() noexcept { hook_preempt_enable(); }
  static unsigned long exit_word() noexcept { return hook_exit_word(); }
  static void set_exit_word(unsigned long word) noexcept { hook_set_exit_word(word); }
  static bool has_invpcid() noexcept { return hook_has_invpcid(); }
};

using Kaiser = shootdown::tlb::x86::Kaiser<Hooks>;
using Pcids = shootdown::tlb::x86::Pcids<Hooks>;
using shootdown::tlb::x86::Cr3;
using shootdown::tlb::x86::InterruptsOff;
using shootdown::tlb::x86::Pcid;

}  // namespace

extern "C" void probe_init_cpu() { Kaiser::init_cpu(InterruptsOff::already()); }
extern "C" void probe_load_mm(unsigned long pgd) { Kaiser::load_mm(InterruptsOff::already(), pgd); }
extern "C" void probe_kaiser_flush() { Kaiser::flush(); }
extern "C" void probe_kaiser_flush_page(unsigned long va) { Kaiser::flush_page(va); }
extern "C" void probe_switch_to_kernel() { Kaiser::switch_to_kernel(InterruptsOff::already()); }
// One branch, around set_exit_word().
extern "C" void probe_switch_to_user() { Kaiser::switch_to_user(InterruptsOff::already()); }

extern "C" void probe_interrupts_off(unsigned long pgd) {
  const InterruptsOff off;
  Kaiser::load_mm(off, pgd);
}

extern "C" bool probe_flush_context(unsigned long pcid) {
  const Pcids::Guard guard;
  return Pcids::if_on(guard, [&](const Pcids::On& on) {
    Pcids::if_invpcid(guard, [&](const Pcids::Invpcid& invpcid) { invpcid.context(on, Pcid::low_bits(pcid)); });
  });
}

extern "C" void probe_flush_everything() {
  const Pcids::Guard guard;
  Pcids::flush_everything(guard);
}

// Bits of what is written are checked here: the compiler folds them.
static_assert(Cr3::flushing(0x5000, Pcid(0x80)).bits() == 0x5080);
static_assert(Cr3::flushing(0x5000, Pcid(0x80)).root() == 0x5000);
static_assert(Cr3::flushing(0x5000, Pcid(0x80)).pcid().number() == 0x80);
static_assert(Pcid::low_bits(0x12345).number() == 0x345);
