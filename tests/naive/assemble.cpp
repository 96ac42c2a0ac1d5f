#include "assemble.hpp"

#include <utility>

#include "common/builder.hpp"

namespace shootdown::naive {
namespace {

using machine::Operation;
using program::Instruction;
using program::Opcode;
using program::Operand;

// Hardware constants, from the SDM (volume 3, 2.5 and 4.5).
constexpr std::uint64_t kCr0Pe = 1, kCr0Wp = 1u << 16, kCr0Pg = 1u << 31;
constexpr std::uint64_t kCr4Pae = 1u << 5, kCr4Pge = 1u << 7, kCr4Pcide = 1u << 17;
constexpr std::uint64_t kNoFlush = std::uint64_t{1} << 63;
constexpr unsigned kTimerVector = 32, kPageFault = 14;

constexpr std::uint64_t kPages = program::layout::kGlobals;             // the tables and data pages, one after another
constexpr std::uint64_t kTexts = program::layout::kGlobals + 0x100000;  // names
constexpr std::uint64_t kWords = program::layout::kGlobals + 0x101000;  // of Signal, a cache line for each CPU
constexpr std::uint64_t kWordBytes = 64;
constexpr Operand kSlotR = 2, kSlotS = 3, kSlotScratch = 4, kSlotCount = 5;  // 0 and 1 are parameters

std::uint64_t address_of(std::uint8_t page) { return kPages + std::uint64_t{page} * 4096; }

std::uint64_t value_of(const Pte& pte) {
  if ((pte.bits & kPresent) == 0) return 0;
  std::uint64_t value = address_of(pte.page) | 1 | (1u << 5);
  if ((pte.bits & kWrite) != 0) value |= 1u << 1;
  if ((pte.bits & kUser) != 0) value |= 1u << 2;
  if ((pte.bits & kDirty) != 0) value |= 1u << 6;
  if ((pte.bits & kGlobal) != 0) value |= 1u << 8;
  return value;
}

class Assembler : public Builder {
 public:
  Assembler(const Kernel& kernel, program::Function& function)
      : Builder(function, register_bits(kernel), kSlotScratch), kernel_(kernel) {}
  void add(const Op& op, unsigned context_slot);

 private:
  [[nodiscard]] static unsigned register_bits(const Kernel& kernel) {
    return kernel.architecture == Architecture::I386 ? 32 : 64;
  }
  [[nodiscard]] unsigned bits() const { return register_bits(kernel_); }
  const Kernel& kernel_;
};

void Assembler::add(const Op& op, unsigned self) {
  const std::uint64_t va = kernel_.address(op.va), page = address_of(op.page), bytes = bits() / 8;
  switch (op.kind) {
    case OpKind::LoadCr3: return operate_on(Operation::X86MovToCr3, {page | op.pcid | (op.flag ? kNoFlush : 0)});
    case OpKind::LoadOther: {
      const auto value = [&](std::uint8_t other) {
        return address_of(other) | own_pcid(op, other) | (op.flag ? kNoFlush : 0);
      };
      operate(Operation::ContextSelf, {}, kSlotScratch);
      Instruction select;
      select.op = Opcode::Select;
      select.dst = select.a = kSlotScratch;
      select.b = constant(value(0));
      select.c = constant(value(1));
      emit(select);
      return operate(Operation::X86MovToCr3, {kSlotScratch});
    }
    case OpKind::ReadCr3: return operate(Operation::X86MovFromCr3, {}, kSlotR);
    case OpKind::WriteCr3:
      if (!op.flag) return operate(Operation::X86MovToCr3, {kSlotR});
      compute(Opcode::Or, kSlotScratch, kSlotR, constant(kNoFlush));
      return operate(Operation::X86MovToCr3, {kSlotScratch});
    case OpKind::ReadCr4: return operate(Operation::X86MovFromCr4, {}, kSlotS);
    case OpKind::ClearPge:
      compute(Opcode::And, kSlotScratch, kSlotS, constant(~kCr4Pge & (bits() == 32 ? 0xffff'ffff : ~std::uint64_t{0})));
      return operate(Operation::X86MovToCr4, {kSlotScratch});
    case OpKind::RestoreCr4: return operate(Operation::X86MovToCr4, {kSlotS});
    case OpKind::Store:
      return store(page + kernel_.index(kernel_.level_of(op.page), op.slot) * bytes, value_of(op.pte));
    case OpKind::Invlpg: return operate_on(Operation::X86Invlpg, {va});
    case OpKind::Invpcid: return operate_on(Operation::X86Invpcid, {op.type, op.pcid, va});
    case OpKind::Invlpgb: {
      const std::uint64_t address = (op.type & kByVa) != 0 ? va : 0;
      return operate_on(Operation::X86Invlpgb, {address | op.type, 0, std::uint64_t{op.pcid} << 16});
    }
    case OpKind::Tlbsync: return operate_on(Operation::X86Tlbsync, {});
    case OpKind::Access:
      if (op.flag) return operate_on(op.user ? Operation::UserStore : Operation::KernelStore, {va, bytes, 0});
      return operate(op.user ? Operation::UserLoad : Operation::KernelLoad, {constant(va), constant(bytes)},
                     kSlotScratch);
    case OpKind::Cli: return operate_on(Operation::X86Cli, {});
    case OpKind::Sti: return operate_on(Operation::X86Sti, {});
    case OpKind::Switch:
      // A handler may run in either context.
      if (self < kContexts) return operate_on(Operation::ContextSwitch, {1 - self});
      operate(Operation::ContextSelf, {}, kSlotScratch);
      compute(Opcode::Xor, kSlotScratch, kSlotScratch, constant(1));
      return operate(Operation::ContextSwitch, {kSlotScratch});
    case OpKind::Revoked: return operate_on(Operation::Revoked, {page, va});
    case OpKind::Freed: return operate_on(Operation::PageFreed, {page});
    case OpKind::Signal: return store(kWords + self * kWordBytes, 1);
    case OpKind::Await: return spin_until_set(kWords + (1 - self) * kWordBytes);
    case OpKind::InUse: return operate_on(Operation::PageInUse, {page});
  }
}

program::Global table_pages(const Kernel& kernel) {
  program::Global global = zeros("pages", kPages, pages(kernel.architecture).size() * 4096);
  const Tables tables = kernel.tables();
  const unsigned bytes = kernel.architecture == Architecture::I386 ? 4 : 8;
  for (std::uint8_t page = 0; page < pages(kernel.architecture).size(); ++page)
    for (unsigned slot = 0; slot < kSlots; ++slot)
      for (unsigned i = 0; i < bytes && tables[page][slot].bits != 0; ++i)
        global.initial[page * 4096u + kernel.index(kernel.level_of(page), slot) * bytes + i] =
            static_cast<std::uint8_t>(value_of(tables[page][slot]) >> (8 * i));
  return global;
}

void turn_paging_on(const Kernel& kernel, Assembler& assembler, std::uint8_t root) {
  const std::uint64_t cr4 = (kernel.architecture == Architecture::X86_64 ? kCr4Pae : 0) | (kernel.pge ? kCr4Pge : 0);
  assembler.operate_on(Operation::X86MovToCr3, {address_of(root)});
  assembler.operate_on(Operation::X86MovToCr4, {cr4});
  assembler.operate_on(Operation::X86MovToCr0, {kCr0Pe | kCr0Pg | (kernel.protect ? kCr0Wp : 0)});
  if (kernel.pcide) assembler.operate_on(Operation::X86MovToCr4, {cr4 | kCr4Pcide});
}

void boot(const Kernel& kernel, Assembler& assembler) {
  const auto function = [](unsigned list) { return program::layout::kFunctions + 16 * list; };
  assembler.operate_on(Operation::NameRoot, {address_of(0), kTexts});
  assembler.operate_on(Operation::NameRoot, {address_of(1), kTexts + 3});
  assembler.operate_on(Operation::ExpectRoot, {0, address_of(0)});
  if (kernel.contexts() == 2 && !kernel.two_cpus) {
    assembler.operate(Operation::ContextCreate,
                      {assembler.constant(function(kMain1)), assembler.constant(0), assembler.constant(kTexts + 6)},
                      kSlotScratch);
    assembler.operate_on(Operation::ExpectRoot, {1, address_of(1)});
  }
  if (kernel.timer) {
    assembler.operate_on(Operation::SetVector, {kTimerVector, function(kTimer)});
    assembler.operate_on(Operation::Timer, {kTimerVector});
  }
  if (kernel.fault_handler) assembler.operate_on(Operation::SetVector, {kPageFault, function(kFault)});
  turn_paging_on(kernel, assembler, 0);
  if (kernel.interrupts) assembler.operate_on(Operation::X86Sti, {});
  if (kernel.two_cpus) assembler.operate_on(Operation::CpuStart, {1, function(kMain1), 0, kTexts + 6});
}

}  // namespace

program::Program assemble(const Kernel& kernel) {
  program::Program program;
  program.pointer_bits = kernel.architecture == Architecture::I386 ? 32 : 64;
  program.files = {"", "generated"};
  program.locations.emplace_back();
  program.globals = {table_pages(kernel), text_constants(kTexts, {"RA", "RB", "second"}),
                     zeros("words", kWords, 2 * kWordBytes)};
  const char* const list_names[] = {"context 0", "context 1", "timer", "page fault"};
  for (unsigned list = 0; list < kLists; ++list) {
    program::Function function;
    function.name = function.symbol = list_names[list];
    function.address = program::layout::kFunctions + 16 * list;
    const bool handler = list >= kTimer;
    function.parameters = handler ? 2 : list == kMain1 ? 1 : 0;
    function.parameter_slots.assign(function.parameters, 1);
    function.registers = kSlotCount;
    function.has_body = true;
    Assembler assembler(kernel, function);
    if (list == kMain0) boot(kernel, assembler);
    if (list == kMain1 && kernel.two_cpus) {
      assembler.operate_on(Operation::ExpectRoot, {1, address_of(kernel.own_root(1))});
      turn_paging_on(kernel, assembler, kernel.own_root(1));
    }
    for (const Op& op : kernel.lists[list]) {
      assembler.location = add_line(program, function);
      assembler.add(op, handler ? kContexts : list);
    }
    if (handler) {
      Instruction i;
      i.op = Opcode::Return;
      i.slots = 0;
      assembler.emit(i);
    } else {
      assembler.operate_on(Operation::ContextFinish, {});
      assembler.halt_for_ever(Operation::X86Hlt);
    }
    program.functions.push_back(std::move(function));
  }
  program.entry = kMain0;
  program::compute_liveness(program);
  return program;
}

system::Configuration configuration(const Kernel& kernel) {
  system::Configuration result;
  result.machine = kernel.architecture == Architecture::I386 ? system::MachineKind::I386 : system::MachineKind::X86_64;
  if (kernel.two_cpus) {
    result.cpus = 2;
    if (!kernel.buffers) result.memory = system::MemoryModel::SequentialConsistency;
  }
  result.cpu_features = {"pge", "pse"};
  if (kernel.pcide) result.cpu_features.emplace_back("pcid");
  if (kernel.invpcid) result.cpu_features.emplace_back("invpcid");
  if (kernel.broadcasts()) result.cpu_features.emplace_back("invlpgb");
  return result;
}

}  // namespace shootdown::naive
