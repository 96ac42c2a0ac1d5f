// What check_instructions.sh compiles of tlb/arm, freestanding for ARMv5: the hooks are calls.
#include <tlb/arm/deferred_switch.hpp>

using shootdown::tlb::arm::DeferredSwitchState;

struct Mm;

extern "C" void hook_preempt_disable() noexcept;
extern "C" void hook_preempt_enable() noexcept;
extern "C" void hook_load(const Mm&) noexcept;

static DeferredSwitchState<Mm> state_of_processor;

namespace {

struct Hooks {
  using AddressSpace = Mm;
  static void preempt_disable() noexcept { hook_preempt_disable(); }
  static void preempt_enable() noexcept { hook_preempt_enable(); }
  static DeferredSwitchState<Mm>& state() noexcept { return state_of_processor; }
  static void load(const Mm& mm) noexcept { hook_load(mm); }
};

using Switch = shootdown::tlb::arm::DeferredSwitch<Hooks>;

}  // namespace

extern "C" void probe_start(Mm* next) { Switch::start(*next); }
extern "C" void probe_finish() { Switch::finish(); }
