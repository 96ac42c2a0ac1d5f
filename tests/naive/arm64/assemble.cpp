// A kernel as the checker is given it.
#include "../common/assembly.hpp"
#include "language.hpp"

namespace shootdown::naive::arm64 {
namespace {

using machine::Operation;

// Hardware constants, from the Arm ARM (D8.3, D23.2, C6.2).
constexpr std::uint64_t kTable = 3, kAp1 = 1u << 6, kAp2 = 1u << 7, kAf = 1u << 10, kNg = 1u << 11;
constexpr std::uint64_t kApTable0 = 1ull << 61, kApTable1 = 1ull << 62;
constexpr std::uint64_t kTcr = 25 | 25ull << 16 | 2ull << 30, kTcrA1 = 1u << 22, kTcrEpd1 = 1u << 23;
constexpr unsigned kTimerVector = 48, kAbortVector = 4;

constexpr program::Operand kScratch = 2, kSlotCount = 3;  // 0 and 1 are parameters

std::uint64_t address_of(std::uint8_t page) { return kTablesAt + std::uint64_t{page} * 4096; }
std::uint64_t ttbr(std::uint8_t page, std::uint8_t asid) { return address_of(page) | std::uint64_t{asid} << 48; }

std::uint64_t value_of(const Pte& pte, unsigned level) {
  if ((pte.bits & kValid) == 0) return 0;
  const auto has = [&](std::uint8_t bit) { return (pte.bits & bit) != 0; };
  std::uint64_t value = address_of(pte.page) | kTable;
  if (level > 1) return value | (has(kUser) ? 0 : kApTable0) | (has(kWrite) ? 0 : kApTable1);
  value |= (has(kUser) ? kAp1 : 0) | (has(kWrite) ? 0 : kAp2) | (has(kAccessed) ? kAf : 0);
  return value | (has(kGlobal) ? 0 : kNg) | (has(kType) ? 1u << 2 : 0);
}

std::uint64_t tlbi_type(const Op& op) {
  constexpr std::uint64_t types[] = {0, 1, 2, 3, 5, 7};  // include/shootdown/arm64.h
  return types[static_cast<unsigned>(op.form)] | (op.flag ? 0x10u : 0);
}
std::uint64_t tlbi_operand(const Kernel& kernel, const Op& op) {
  const std::uint64_t address = kernel.address(op.va) >> 12 & 0xfff'ffff'ffff;
  switch (op.form) {
    case Form::Vmalle1: return 0;
    case Form::Aside1: return std::uint64_t{op.asid} << 48;
    case Form::Vaae1:
    case Form::Vaale1: return address;
    default: return address | std::uint64_t{op.asid} << 48;
  }
}

void add(const Kernel& kernel, Builder& builder, const Op& op, unsigned self) {
  constexpr std::uint64_t options[] = {11, 10, 9, 7};
  const std::uint64_t va = kernel.address(op.va), option = options[static_cast<unsigned>(op.option)];
  switch (op.kind) {
    case OpKind::Ttbr0: return builder.operate_on(Operation::Arm64MsrTtbr0, {ttbr(op.page, op.asid)});
    case OpKind::Ttbr1: return builder.operate_on(Operation::Arm64MsrTtbr1, {ttbr(op.page, op.asid)});
    case OpKind::Store: {
      const unsigned level = kPageList[op.page].level;
      return builder.store(address_of(op.page) + kernel.index(level, op.slot) * 8u, value_of(op.pte, level));
    }
    case OpKind::Tlbi: return builder.operate_on(Operation::Arm64Tlbi, {tlbi_type(op), tlbi_operand(kernel, op)});
    case OpKind::Dsb: return builder.operate_on(Operation::Arm64Dsb, {option});
    case OpKind::Dmb: return builder.operate_on(Operation::Arm64Dmb, {option});
    case OpKind::Isb: return builder.operate_on(Operation::Arm64Isb, {});
    case OpKind::Access:
      if (op.flag) return builder.operate_on(op.user ? Operation::UserStore : Operation::KernelStore, {va, 8, 0});
      return builder.operate_on(op.user ? Operation::UserLoad : Operation::KernelLoad, {va, 8}, kScratch);
    case OpKind::Mask: return builder.operate_on(Operation::Arm64DaifSet, {2});
    case OpKind::Unmask: return builder.operate_on(Operation::Arm64DaifClr, {2});
    case OpKind::Revoked: return builder.operate_on(Operation::Revoked, {address_of(op.page), va});
    case OpKind::Freed: return builder.operate_on(Operation::PageFreed, {address_of(op.page)});
    case OpKind::Signal: return builder.store(kWords + self * kWordBytes, 1, op.flag ? program::kRelease : 0);
    case OpKind::Await: return builder.spin_until_set(kWords + (1 - self) * kWordBytes);
  }
}

void turn_translation_on(const Kernel& kernel, Builder& builder, unsigned cpu) {
  const std::uint64_t tcr = kTcr | (kernel.a1 ? kTcrA1 : 0) | (kernel.upper ? 0 : kTcrEpd1);
  builder.operate_on(Operation::Arm64MsrTtbr0, {ttbr(kernel.own_root(cpu), kernel.own_asid(cpu))});
  builder.operate_on(Operation::Arm64MsrTtbr1, {ttbr(kRB, 0)});
  builder.operate_on(Operation::Arm64MsrTcr, {tcr});
  builder.operate_on(Operation::Arm64Isb, {});
  builder.operate_on(Operation::Arm64MsrSctlr, {1});
}

void boot(const Kernel& kernel, Builder& builder) {
  builder.operate_on(Operation::NameRoot, {address_of(kRA), kTexts});
  builder.operate_on(Operation::NameRoot, {address_of(kRB), kTexts + 3});
  builder.operate_on(Operation::ExpectRoot, {0, address_of(kernel.own_root(0))});
  if (kernel.timer) {
    builder.operate_on(Operation::SetVector, {kTimerVector, function_address(kTimer)});
    builder.operate_on(Operation::Timer, {kTimerVector});
  }
  if (kernel.abort_handler) builder.operate_on(Operation::SetVector, {kAbortVector, function_address(kAbort)});
  turn_translation_on(kernel, builder, 0);
  if (kernel.interrupts) builder.operate_on(Operation::Arm64DaifClr, {2});
  if (kernel.two_cpus) builder.operate_on(Operation::CpuStart, {1, function_address(kMain1), 0, kTexts + 6});
}

program::Global table_pages(const Kernel& kernel) {
  program::Global global = zeros("pages", kTablesAt, kPages * 4096u);
  const Tables tables = kernel.tables();
  for (std::uint8_t page = 0; page < kPages; ++page)
    for (unsigned slot = 0; slot < kSlots; ++slot) {
      if (tables[page][slot].bits == 0) continue;
      const unsigned level = kPageList[page].level;
      put(global, page * 4096u + kernel.index(level, slot) * 8, value_of(tables[page][slot], level), 8, false);
    }
  return global;
}

}  // namespace

program::Program Language::assemble(const Kernel& kernel) {
  const Shape shape{
      64,
      false,
      kSlotCount,
      kScratch,
      {{"CPU 0", Runs::AtBoot}, {"CPU 1", Runs::OnSecondCpu}, {"timer", Runs::AsHandler}, {"abort", Runs::AsHandler}},
      {table_pages(kernel), text_constants(kTexts, {"RA", "RB", "second"}), zeros("words", kWords, 2 * kWordBytes)}};
  const auto begin = [&](Builder& builder, unsigned list) {
    if (list == kMain0) boot(kernel, builder);
    if (list != kMain1 || !kernel.two_cpus) return;
    builder.operate_on(Operation::ExpectRoot, {1, address_of(kernel.own_root(1))});
    turn_translation_on(kernel, builder, 1);
  };
  return put_together(
      kernel, shape, begin, [&](Builder& builder, const Op& op, unsigned list) { add(kernel, builder, op, list); },
      [&](Builder& builder) {
        if (kernel.timer) builder.operate_on(Operation::Arm64DaifClr, {2});
        builder.halt_for_ever(Operation::Arm64Wfi);
      });
}

system::Configuration Language::configuration(const Kernel& kernel) {
  system::Configuration result;
  result.machine = system::MachineKind::Arm64;
  result.memory = kernel.buffers ? system::MemoryModel::UnorderedStores : system::MemoryModel::SequentialConsistency;
  result.cpus = kernel.two_cpus ? 2 : 1;
  result.cpu_features = {"asid8"};
  if (kernel.ets2) result.cpu_features.emplace_back("ets2");
  return result;
}

}  // namespace shootdown::naive::arm64
