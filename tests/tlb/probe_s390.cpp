// What check_instructions.sh compiles of tlb/s390, freestanding for s390x: the hooks are calls.
#include <tlb/s390/lazy.hpp>

using shootdown::tlb::s390::Attachment;
using shootdown::tlb::s390::CpuAttachment;
using shootdown::tlb::s390::Register;

struct Mm {
  Attachment attachment;
  Register asce;
};

extern "C" void hook_preempt_disable() noexcept;
extern "C" void hook_preempt_enable() noexcept;
extern "C" CpuAttachment<Mm>* hook_cpu() noexcept;

namespace {

struct Hooks {
  using AddressSpace = Mm;
  static void preempt_disable() noexcept { hook_preempt_disable(); }
  static void preempt_enable() noexcept { hook_preempt_enable(); }
  static CpuAttachment<Mm>& cpu() noexcept { return *hook_cpu(); }
  static Attachment& attachment(Mm& mm) noexcept { return mm.attachment; }
  static Register asce(const Mm& mm) noexcept { return mm.asce; }
  static Register kernel_asce() noexcept { return 0x1000; }
};

using Lazy = shootdown::tlb::s390::Lazy<Hooks>;

}  // namespace

extern "C" bool probe_attach(Mm* mm) { return Lazy::attach(*mm); }
extern "C" void probe_finish() { Lazy::finish(); }
extern "C" void probe_detach() { Lazy::detach(); }
extern "C" void probe_invalidate(Mm* mm, Register* entry, Register va) { Lazy::invalidate(*mm, entry, va); }
extern "C" void probe_flush_pending(Mm* mm) { Lazy::flush_pending(*mm); }
extern "C" void probe_flush(Mm* mm) { Lazy::flush(*mm); }
