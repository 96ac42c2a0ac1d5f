// What check_instructions.sh compiles: each function of tlb/x86/flush.hpp as a function of its own, with preempt hooks
// that are calls, so that they show in the disassembly.
#include <tlb/x86/flush.hpp>

extern "C" void hook_preempt_disable() noexcept;
extern "C" void hook_preempt_enable() noexcept;

namespace {

struct Hooks {
  static void preempt_disable() noexcept { hook_preempt_disable(); }
  static void preempt_enable() noexcept { hook_preempt_enable(); }
};

using Tlb = shootdown::tlb::x86::LocalTlb<Hooks>;

}  // namespace

extern "C" void probe_flush() { Tlb::flush(); }
extern "C" void probe_flush_all() { Tlb::flush_all(); }
extern "C" void probe_flush_page(unsigned long va) { Tlb::flush_page(va); }

// One pair of hooks for a test and its flush.
extern "C" void probe_flush_if(const int* loaded) {
  const Tlb::Guard guard;
  if (*loaded) Tlb::flush(guard);
}
