// What check_arm64.sh compiles: each function of tlb/arm64/ as a function of its own, with hooks that are calls, so
// that they show in the disassembly.
#include <tlb/arm64/asid.hpp>
#include <tlb/arm64/batch.hpp>

using shootdown::tlb::arm64::BatchCount;
using shootdown::tlb::arm64::Register;

struct mm {
  BatchCount batched;
  Register context, root;
  unsigned asid;
};

extern "C" unsigned hook_asid(const mm*) noexcept;
extern "C" bool hook_has_range() noexcept;
extern "C" unsigned hook_cpu() noexcept;
extern "C" void hook_lock() noexcept;
extern "C" void hook_unlock() noexcept;

namespace {

struct Hooks {
  using AddressSpace = mm;
  static unsigned asid(const mm& of) noexcept { return hook_asid(&of); }
  static bool has_range() noexcept { return hook_has_range(); }
  static BatchCount& batched(mm& of) noexcept { return of.batched; }
  static Register& context(mm& of) noexcept { return of.context; }
  static Register root(const mm& of) noexcept { return of.root; }
  static unsigned cpu() noexcept { return hook_cpu(); }
  static unsigned cpus() noexcept { return 2; }
  static void lock() noexcept { hook_lock(); }
  static void unlock() noexcept { hook_unlock(); }
};

using Tlb = shootdown::tlb::arm64::Tlb<Hooks>;
using Batch = shootdown::tlb::arm64::Batch<Hooks>;
using Asids = shootdown::tlb::arm64::Asids<Hooks, 2, 8>;

Asids asids;

}  // namespace

extern "C" void probe_flush_page(const mm& of, Register va) { Tlb::flush_page(of, va); }
extern "C" void probe_flush_tables(const mm& of, Register va) { Tlb::flush_page(of, va, Tlb::Levels::All); }
extern "C" void probe_flush(const mm& of) { Tlb::flush(of); }
extern "C" void probe_flush_kernel_page(Register va) { Tlb::flush_kernel_page(va); }
extern "C" void probe_flush_all() { Tlb::flush_all(); }
extern "C" void probe_flush_this_cpu() { Tlb::flush_this_cpu(); }
extern "C" void probe_leave_cpu() { Tlb::leave_cpu(); }
extern "C" void probe_flush_range(const mm& of, Register first, Register end) { Tlb::flush_range(of, first, end); }
extern "C" void probe_add(mm& of, Register va) { Batch::add(of, va); }
extern "C" void probe_batch_flush() { Batch::flush(); }
extern "C" void probe_drain(mm& of) { Batch::drain(of); }
extern "C" void probe_init() { asids.init(8); }
extern "C" void probe_switch_to(mm& next) { asids.switch_to(next); }
extern "C" unsigned probe_asid(mm& of) { return asids.asid(of); }

// Bits of operands are checked here: Arm ARM, C5.5.
using shootdown::tlb::arm64::asid_operand;
using shootdown::tlb::arm64::page_operand;
using shootdown::tlb::arm64::range_operand;
static_assert(page_operand(3, 0x0000'0040'1234'5678) == 0x0003'0000'0401'2345);
static_assert(page_operand(0, 0xffff'ff80'0040'0000) == 0x0000'0fff'f800'0400);
static_assert(asid_operand(0xff) == 0x00ff'0000'0000'0000);
static_assert(range_operand(1, 0x40'0000, 2, 5) == (Register{1} << 48 | 1ull << 46 | 2ull << 44 | 5ull << 39 | 0x400));
