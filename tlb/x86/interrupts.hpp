// Interrupts off while an object lives. Freestanding C++20, header-only, no hooks: CLI, PUSHF and POPF.
//
//   const shootdown::tlb::x86::InterruptsOff off;
//
// It nests: the destructor puts IF back to what it was. While one lives no task switch happens on this CPU and the
// caller stays on it, so it proves everything that a PreemptGuard proves, and more: functions that take "a proof that
// the CPU stays the same" accept either (concept Pins). NMIs come all the same.
//
// Code that runs with interrupts off anyhow, behind an interrupt gate or after SYSCALL, says so with already().
//
// The kernel is compiled without a red zone (-mno-red-zone), as kernels are: PUSH and POP are used between instructions
// of the compiler's.
#pragma once

#include <tlb/x86/flush.hpp>

namespace shootdown::tlb::x86 {

class [[nodiscard]] InterruptsOff {
 public:
  [[gnu::always_inline]] inline InterruptsOff() noexcept : restores_(true) {
    asm volatile("pushf; pop %0; cli" : "=r"(flags_) : : "memory");
  }
  [[gnu::always_inline]] inline ~InterruptsOff() noexcept {
    if (restores_) asm volatile("push %0; popf" : : "r"(flags_) : "memory", "cc");
  }
  // The caller's word that they are off and stay off.
  [[gnu::always_inline]] static inline InterruptsOff already() noexcept { return InterruptsOff(false); }
  InterruptsOff(const InterruptsOff&) = delete;
  InterruptsOff& operator=(const InterruptsOff&) = delete;

 private:
  [[gnu::always_inline]] inline explicit InterruptsOff(bool restores) noexcept : flags_(0), restores_(restores) {}

  Register flags_;
  bool restores_;
};

// What proves that the caller stays on this CPU, and that no task switch happens on it.
template <class Proof, class Kernel>
concept Pins = __is_same(Proof, PreemptGuard<Kernel>) || __is_same(Proof, InterruptsOff);

}  // namespace shootdown::tlb::x86
