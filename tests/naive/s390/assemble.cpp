// A kernel as the checker is given it.
#include "../common/assembly.hpp"
#include "language.hpp"

namespace shootdown::naive::s390 {
namespace {

using machine::Operation;

// Hardware constants, from the PoP (chapters 3, 6, 10).
constexpr std::uint64_t kSegmentInvalid = 0x20, kPageInvalid = 0x400, kProtect = 0x200, kIdteAsce = 0x800;
constexpr std::uint64_t kNumbers[] = {1, 7, 13};
constexpr unsigned kProgramVector = 4;

constexpr program::Operand kScratch = 2, kSlotCount = 3;  // 0 and 1 are parameters

std::uint64_t address_of(std::uint8_t page) { return kTablesAt + std::uint64_t{page} * 4096; }

std::uint64_t value_of(const Pte& pte, unsigned level) {
  const std::uint64_t invalid = level == kSegment ? kSegmentInvalid : kPageInvalid;
  if (pte == Pte{}) return invalid;
  return address_of(pte.page) | ((pte.bits & kValid) != 0 ? 0 : invalid) | ((pte.bits & kWrite) != 0 ? 0 : kProtect);
}

void add(const Kernel& kernel, Builder& builder, const Op& op, unsigned self) {
  const std::uint64_t va = kernel.address(op.va), page = address_of(op.page), local = op.flag ? 1 : 0;
  const unsigned level = kPageList[op.page].level;
  const std::uint64_t entry = level == 0 ? 0 : page + kernel.index(level, op.slot) * 8u;
  switch (op.kind) {
    case OpKind::Load: return builder.operate_on(Operation::S390Lctlg, {kNumbers[op.number], page});
    case OpKind::Store: return builder.store(entry, value_of(op.pte, level));
    case OpKind::Ipte: return builder.operate_on(Operation::S390Ipte, {page, va, local});
    case OpKind::Idte: return builder.operate_on(Operation::S390Idte, {page, 0, va, local});
    case OpKind::IdteAsce: return builder.operate_on(Operation::S390Idte, {0, page, kIdteAsce, local});
    case OpKind::Ptlb: return builder.operate_on(Operation::S390Ptlb, {});
    case OpKind::Csp:
      return builder.operate_on(Operation::S390Csp, {entry, value_of(op.old, level), value_of(op.pte, level), 8},
                                kScratch);
    case OpKind::Bcr: return builder.operate_on(Operation::S390Bcr, {});
    case OpKind::Access:
      if (op.flag) return builder.operate_on(op.user ? Operation::UserStore : Operation::KernelStore, {va, 8, 0});
      return builder.operate_on(op.user ? Operation::UserLoad : Operation::KernelLoad, {va, 8}, kScratch);
    case OpKind::Revoked: return builder.operate_on(Operation::Revoked, {page, va});
    case OpKind::Freed: return builder.operate_on(Operation::PageFreed, {page});
    case OpKind::Signal: return builder.store(kWords + self * kWordBytes, 1);
    case OpKind::Await: return builder.spin_until_set(kWords + (1 - self) * kWordBytes);
  }
}

void load_roots(const Kernel& kernel, Builder& builder, unsigned cpu) {
  const std::uint64_t own = address_of(kernel.own_root(cpu));
  builder.operate_on(Operation::S390Lctlg, {kNumbers[kPrimary], own});
  builder.operate_on(Operation::S390Lctlg, {kNumbers[kHome], kernel.other_home ? address_of(kSB) : own});
}

void boot(const Kernel& kernel, Builder& builder) {
  builder.operate_on(Operation::NameRoot, {address_of(kSA), kTexts});
  builder.operate_on(Operation::NameRoot, {address_of(kSB), kTexts + 3});
  builder.operate_on(Operation::ExpectRoot, {0, address_of(kernel.own_root(0))});
  if (kernel.handler) builder.operate_on(Operation::SetVector, {kProgramVector, function_address(kProgram)});
  load_roots(kernel, builder, 0);
  if (kernel.two_cpus) builder.operate_on(Operation::CpuStart, {1, function_address(kMain1), 0, kTexts + 6});
}

program::Global table_pages(const Kernel& kernel) {
  program::Global global = zeros("pages", kTablesAt, kPages * 4096u);
  const Tables tables = kernel.tables();
  const auto set = [&](std::uint8_t page, unsigned index, std::uint64_t value) {
    put(global, page * 4096u + index * 8, value, 8, true);
  };
  for (std::uint8_t page = 0; page < kPages; ++page) {
    const unsigned level = kPageList[page].level;
    if (level == 0) continue;
    for (unsigned index = 0; index < 512; ++index) set(page, index, value_of(Pte{}, level));
    for (unsigned slot = 0; slot < kSlots; ++slot)
      if (tables[page][slot].bits != 0) set(page, kernel.index(level, slot), value_of(tables[page][slot], level));
  }
  return global;
}

}  // namespace

program::Program Language::assemble(const Kernel& kernel) {
  const Shape shape{
      64,
      true,
      kSlotCount,
      kScratch,
      {{"CPU 0", Runs::AtBoot}, {"CPU 1", Runs::OnSecondCpu}, {"program interruption", Runs::AsHandler}},
      {table_pages(kernel), text_constants(kTexts, {"SA", "SB", "second"}), zeros("words", kWords, 2 * kWordBytes)}};
  const auto begin = [&](Builder& builder, unsigned list) {
    if (list == kMain0) boot(kernel, builder);
    if (list != kMain1 || !kernel.two_cpus) return;
    builder.operate_on(Operation::ExpectRoot, {1, address_of(kernel.own_root(1))});
    load_roots(kernel, builder, 1);
  };
  return put_together(
      kernel, shape, begin, [&](Builder& builder, const Op& op, unsigned list) { add(kernel, builder, op, list); },
      [](Builder& builder) { builder.halt_for_ever(Operation::S390Wait); });
}

system::Configuration Language::configuration(const Kernel& kernel) {
  system::Configuration result;
  result.machine = system::MachineKind::S390x;
  result.memory = kernel.buffers ? system::MemoryModel::TotalStoreOrder : system::MemoryModel::SequentialConsistency;
  result.cpus = kernel.two_cpus ? 2 : 1;
  result.cpu_features = {"idte", "lc"};
  return result;
}

}  // namespace shootdown::naive::s390
