// A kernel as the checker is given it.
#include "../common/assembly.hpp"
#include "language.hpp"

namespace shootdown::naive::arm {
namespace {

using machine::Operation;
using program::Opcode;

// Hardware constants, from DDI 0198 (2.3, chapter 3) and DDI 0100 (A2.5).
constexpr std::uint64_t kCoarse = 1, kSectionType = 2, kSmallPage = 2, kMmuOn = 1, kSupervisor = 0x13, kI = 0x80;
constexpr std::uint64_t kBothCaches = 0x70;
// include/shootdown/arm.h
constexpr std::uint64_t kWriteBit = 1u << 11;
constexpr unsigned kPrefetchVector = 3, kDataVector = 4, kInterruptVector = 40;

constexpr program::Operand kCode = 0;  // the first parameter of a handler; 1 is the second
constexpr program::Operand kScratch = 2, kR = 3, kTest = 4, kSlotCount = 5;
constexpr const char* kSaysNever = "never";
constexpr std::uint64_t kNeverText = kTexts + 6;

std::uint64_t address_of(std::uint8_t page) { return kTablesAt + offset_of(page); }

std::uint64_t value_of(const Pte& pte, unsigned level) {
  if ((pte.bits & kValid) == 0) return 0;
  const std::uint64_t address = address_of(pte.page), ap = ap_of(pte);
  if (level == 1) return address | kSmallPage | ap << 4 | ap << 6 | ap << 8 | ap << 10;
  return kPageList[pte.page].level == kSection ? address | kSectionType | ap << 10 : address | kCoarse;
}

void access(Builder& builder, const Op& op, std::uint64_t va) {
  const auto of = [&](Operation user, Operation kernel) { return op.user ? user : kernel; };
  switch (op.how) {
    case How::Load: return builder.operate_on(of(Operation::UserLoad, Operation::KernelLoad), {va, 4}, kScratch);
    case How::Store: return builder.operate_on(of(Operation::UserStore, Operation::KernelStore), {va, 4, 0});
    case How::Fetch: return builder.operate_on(of(Operation::UserFetch, Operation::KernelFetch), {va});
  }
}

// assert(!(code == status && FAR == va))
void never(Builder& builder, const Op& op, std::uint64_t va) {
  const bool writing = (op.status & kWriting) != 0;
  const std::uint64_t code = (op.status & ~std::uint64_t{kWriting}) | (writing ? kWriteBit : 0);
  builder.compute(Opcode::CmpEq, kTest, kCode, builder.constant(code));
  builder.operate(Operation::ArmMrcFar, {}, kScratch);
  builder.compute(Opcode::CmpEq, kScratch, kScratch, builder.constant(va));
  builder.compute(Opcode::And, kTest, kTest, kScratch);
  builder.compute(Opcode::Xor, kTest, kTest, builder.constant(1));
  builder.operate(Operation::Assert, {kTest, builder.constant(kNeverText)});
}

void add(const Kernel& kernel, Builder& builder, const Op& op) {
  const std::uint64_t va = kernel.address(op.va);
  switch (op.kind) {
    case OpKind::Ttbr: return builder.operate_on(Operation::ArmMcrTtbr, {address_of(op.page)});
    case OpKind::Control: return builder.operate_on(Operation::ArmMcrSctlr, {op.flag ? kMmuOn : 0});
    case OpKind::Store: {
      const unsigned level = kPageList[op.page].level;
      return builder.store(address_of(op.page) + kernel.index(level, op.slot) * 4u, value_of(op.pte, level));
    }
    case OpKind::InvalidateAll: return builder.operate_on(Operation::ArmMcrTlbiAll, {});
    case OpKind::InvalidateMva: return builder.operate_on(Operation::ArmMcrTlbiMva, {va});
    case OpKind::Cache: return builder.operate_on(Operation::ArmMcrCache, {kBothCaches, 0});
    case OpKind::Access: return access(builder, op, va);
    case OpKind::Mask: return builder.operate_on(Operation::ArmMsrCpsr, {kSupervisor | kI});
    case OpKind::Unmask: return builder.operate_on(Operation::ArmMsrCpsr, {kSupervisor});
    case OpKind::Save: return builder.operate(Operation::ArmMrsCpsr, {}, kR);
    case OpKind::Restore: return builder.operate(Operation::ArmMsrCpsr, {kR});
    case OpKind::Raise: return builder.operate_on(Operation::Raise, {kInterruptVector});
    case OpKind::Wait: return builder.operate_on(Operation::ArmWfi, {});
    case OpKind::Revoked: return builder.operate_on(Operation::Revoked, {address_of(op.page), va});
    case OpKind::Freed: return builder.operate_on(Operation::PageFreed, {address_of(op.page)});
    case OpKind::Never: return never(builder, op, va);
  }
}

void boot(const Kernel& kernel, Builder& builder) {
  builder.operate_on(Operation::NameRoot, {address_of(kRA), kTexts});
  builder.operate_on(Operation::NameRoot, {address_of(kRB), kTexts + 3});
  builder.operate_on(Operation::ExpectRoot, {0, address_of(kRA)});
  if (kernel.interrupts()) builder.operate_on(Operation::SetVector, {kInterruptVector, function_address(kInterrupt)});
  if (kernel.timer) builder.operate_on(Operation::Timer, {kInterruptVector});
  if (kernel.prefetch_handler)
    builder.operate_on(Operation::SetVector, {kPrefetchVector, function_address(kPrefetchAbort)});
  if (kernel.data_handler) builder.operate_on(Operation::SetVector, {kDataVector, function_address(kDataAbort)});
  builder.operate_on(Operation::ArmMcrTtbr, {address_of(kRA)});
  builder.operate_on(Operation::ArmMcrSctlr, {kMmuOn});
}

// Tables and F0 to F2 lie one after another; G0 and G1 in the next section.
std::vector<program::Global> memory(const Kernel& kernel) {
  program::Global pages = zeros("pages", kTablesAt, offset_of(kF2) + 4096);
  const Tables tables = kernel.tables();
  for (std::uint8_t page = 0; page < kPages; ++page)
    for (unsigned slot = 0; slot < kSlots; ++slot) {
      if (tables[page][slot].bits == 0) continue;
      const unsigned level = kPageList[page].level;
      put(pages, offset_of(page) + kernel.index(level, slot) * 4u, value_of(tables[page][slot], level), 4, false);
    }
  return {pages, zeros("further pages", address_of(kG0), 2 * 4096), text_constants(kTexts, {"RA", "RB", kSaysNever})};
}

}  // namespace

program::Program Language::assemble(const Kernel& kernel) {
  const Shape shape{32,
                    false,
                    kSlotCount,
                    kScratch,
                    {{"main", Runs::AtBoot},
                     {"interrupt", Runs::AsHandler},
                     {"prefetch abort", Runs::AsHandler},
                     {"data abort", Runs::AsHandler}},
                    memory(kernel)};
  return put_together(
      kernel, shape,
      [&](Builder& builder, unsigned list) {
        if (list == kMain) boot(kernel, builder);
      },
      [&](Builder& builder, const Op& op, unsigned) { add(kernel, builder, op); },
      [&](Builder& builder) {
        if (kernel.interrupts()) builder.operate_on(Operation::ArmMsrCpsr, {kSupervisor});
        builder.halt_for_ever(Operation::ArmWfi);
      });
}

system::Configuration Language::configuration(const Kernel&) {
  system::Configuration result;
  result.machine = system::MachineKind::Armv5;
  result.cpus = 1;
  result.cpu_features = {};
  return result;
}

}  // namespace shootdown::naive::arm
