// Must not compile: flush() asks for a guard or makes one, and these kernels have no hooks or hand in something else.
// check_instructions.sh compiles it once for each value of MISUSE; with 0 there is no misuse and it must compile.
#include <tlb/x86/flush.hpp>

struct Hooks {
  static void preempt_disable() noexcept;
  static void preempt_enable() noexcept;
};

struct NoHooks {};

using Tlb = shootdown::tlb::x86::LocalTlb<Hooks>;

#if MISUSE == 0
void flush(const Tlb::Guard& guard) { Tlb::flush(guard); }
#elif MISUSE == 1
void flush() { shootdown::tlb::x86::LocalTlb<NoHooks>::flush(); }
#elif MISUSE == 2
void flush(const int& guard) { Tlb::flush(guard); }
#elif MISUSE == 3
Tlb::Guard copy(const Tlb::Guard& guard) { return guard; }
#endif
