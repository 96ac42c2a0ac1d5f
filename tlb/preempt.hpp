// Preemption off while an object lives. Freestanding C++20, header-only, for every machine.
//
//   struct MyKernel {                                     // your kernel's own hooks
//     static void preempt_disable() noexcept;
//     static void preempt_enable() noexcept;
//   };
//   const shootdown::tlb::PreemptGuard<MyKernel> guard;
#pragma once

namespace shootdown::tlb {

// What a kernel has to offer: between the two calls the scheduler does not run on this CPU, and the caller does not
// move to another. Calls nest.
template <class Kernel>
concept PreemptHooks = requires {
  Kernel::preempt_disable();
  Kernel::preempt_enable();
};

// Preemption is off while this lives. Being passed one is the proof.
template <PreemptHooks Kernel>
class [[nodiscard]] PreemptGuard {
 public:
  [[gnu::always_inline]] inline PreemptGuard() noexcept { Kernel::preempt_disable(); }
  [[gnu::always_inline]] inline ~PreemptGuard() noexcept { Kernel::preempt_enable(); }
  PreemptGuard(const PreemptGuard&) = delete;
  PreemptGuard& operator=(const PreemptGuard&) = delete;
};

}  // namespace shootdown::tlb
