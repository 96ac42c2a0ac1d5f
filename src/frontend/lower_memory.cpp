// Memory: stack objects, loads, stores, atomic operations.
//
// An access that no single instruction of the target can make is split as the compiler's own code generation would do,
// lowest address first: each part is an access of its own that others can come between. Atomic accesses stay whole.
#include <llvm/IR/Constants.h>
#include <llvm/IR/DataLayout.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>
#include <bit>

#include "frontend/lower_function.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {
namespace {

std::uint8_t ordering_flags(llvm::AtomicOrdering ordering) {
  using program::MemoryFlags;
  switch (ordering) {
    case llvm::AtomicOrdering::NotAtomic: return 0;
    case llvm::AtomicOrdering::Unordered:
    case llvm::AtomicOrdering::Monotonic: return program::kAtomic;
    case llvm::AtomicOrdering::Acquire: return program::kAtomic | program::kAcquire;
    case llvm::AtomicOrdering::Release: return program::kAtomic | program::kRelease;
    case llvm::AtomicOrdering::AcquireRelease: return program::kAtomic | program::kAcquire | program::kRelease;
    case llvm::AtomicOrdering::SequentiallyConsistent:
      return program::kAtomic | program::kAcquire | program::kRelease | program::kSeqCst;
  }
  return program::kAtomic;
}

// The processor has accesses of 1, 2, 4 and, with words of 64 bits, 8 bytes; a bit-field of 24 bits takes two.
bool in_one_access(unsigned bits, unsigned word) { return bits <= word && std::has_single_bit(bits); }

std::uint8_t with_volatile(std::uint8_t flags, bool is_volatile) {
  return static_cast<std::uint8_t>(flags | (is_volatile ? program::kVolatile : 0));
}

std::optional<Opcode> rmw_opcode(llvm::AtomicRMWInst::BinOp op) {
  switch (op) {
    case llvm::AtomicRMWInst::Xchg: return Opcode::RmwXchg;
    case llvm::AtomicRMWInst::Add: return Opcode::RmwAdd;
    case llvm::AtomicRMWInst::Sub: return Opcode::RmwSub;
    case llvm::AtomicRMWInst::And: return Opcode::RmwAnd;
    case llvm::AtomicRMWInst::Or: return Opcode::RmwOr;
    case llvm::AtomicRMWInst::Xor: return Opcode::RmwXor;
    case llvm::AtomicRMWInst::Nand: return Opcode::RmwNand;
    case llvm::AtomicRMWInst::Min: return Opcode::RmwMin;
    case llvm::AtomicRMWInst::Max: return Opcode::RmwMax;
    case llvm::AtomicRMWInst::UMin: return Opcode::RmwUMin;
    case llvm::AtomicRMWInst::UMax: return Opcode::RmwUMax;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::uint8_t> FunctionLowering::space_flags(unsigned address_space) {
  if (address_space == 0) return std::uint8_t{0};
  if (address_space == 256 || (address_space == 257 && module_.target() == Target::I386))
    return std::uint8_t{program::kPerCpu};
  unsupported(address_space == 257 && module_.target() == Target::X86_64
                  ? "an access relative to %fs"
                  : "an access in address space " + std::to_string(address_space));
  return std::nullopt;
}

void FunctionLowering::lower_alloca(const llvm::AllocaInst& instruction) {
  const llvm::DataLayout& layout = module_.layout();
  const std::uint64_t element = layout.getTypeAllocSize(instruction.getAllocatedType()).getFixedValue();
  const std::uint64_t alignment =
      std::max(instruction.getAlign().value(), layout.getABITypeAlign(instruction.getAllocatedType()).value());
  // A frame is aligned to 16 bytes; what needs more is placed when the function runs.
  if (instruction.isStaticAlloca() && alignment <= 16) {
    const std::uint64_t count = llvm::cast<llvm::ConstantInt>(instruction.getArraySize())->getZExtValue();
    return alias(instruction, out_.frame_address(out_.frame_object(element * count, alignment)));
  }
  const unsigned width = module_.pointer_bits();
  Operand bytes = operand(instruction.getArraySize());
  const unsigned from = bits(*instruction.getArraySize());
  bytes = out_.convert(from > width ? Opcode::Trunc : Opcode::ZExt, from, width, bytes);
  if (element != 1) bytes = out_.binary(Opcode::Mul, width, bytes, out_.constant(element));
  const Operand result = out_.fresh();
  program::Instruction& i = out_.emit(Opcode::DynamicAlloca);
  i.dst = result;
  i.a = bytes;
  i.aux = static_cast<std::uint32_t>(std::max<std::uint64_t>(alignment, 16));
  alias(instruction, result);
}

std::vector<FunctionLowering::Part> FunctionLowering::parts_of(unsigned bits) const {
  std::vector<Part> parts;
  const unsigned word = module_.pointer_bits();
  for (unsigned at = 0, width = 0; at < bits; at += width) {
    width = std::min(word, std::bit_floor(bits - at));
    // Where the part stands in the value: the bytes of a big-endian value begin with the most significant one.
    parts.push_back({at / 8, width, module_.layout().isBigEndian() ? bits - at - width : at});
  }
  return parts;
}

Operand FunctionLowering::load_scalar(Operand address, unsigned value_bits, std::uint8_t flags) {
  const unsigned word = module_.pointer_bits();
  const unsigned bits = (value_bits + 7) / 8 * 8;
  if (in_one_access(bits, word) || (flags & program::kAtomic) != 0)
    return out_.convert(Opcode::Trunc, bits, value_bits, out_.load(address, bits, flags));
  // Each part goes to its place in the value's one or two slots; one of 80 bits may lie in both.
  std::vector<std::optional<Operand>> halves(bits > 64 ? 2 : 1);
  const auto add = [&](unsigned half, Operand value) {
    halves[half] = halves[half] ? out_.binary(Opcode::Or, 64, *halves[half], value) : value;
  };
  for (const Part& part : parts_of(bits)) {
    const Operand loaded = out_.load(out_.offset(address, part.offset, word), part.width, flags);
    const unsigned half = part.position / 64, within = part.position % 64;
    add(half, within == 0 ? loaded : out_.binary(Opcode::Shl, 64, loaded, out_.constant(within)));
    if (within + part.width > 64) add(half + 1, out_.binary(Opcode::LShr, 64, loaded, out_.constant(64 - within)));
  }
  const Operand result = out_.fresh(static_cast<unsigned>(halves.size()));
  for (unsigned i = 0; i < halves.size(); ++i) out_.copy(result + i, *halves[i]);
  return out_.convert(Opcode::Trunc, bits, value_bits, result);
}

void FunctionLowering::store_scalar(Operand value, Operand address, unsigned value_bits, std::uint8_t flags) {
  const unsigned word = module_.pointer_bits();
  const unsigned bits = (value_bits + 7) / 8 * 8;
  if (in_one_access(bits, word) || (flags & program::kAtomic) != 0) return out_.store(address, value, bits, flags);
  for (const Part& part : parts_of(bits)) {
    const unsigned half = part.position / 64, within = part.position % 64;
    Operand piece = value + half;
    if (within != 0) piece = out_.binary(Opcode::LShr, 64, piece, out_.constant(within));
    if (within + part.width > 64) {
      const Operand rest = out_.binary(Opcode::Shl, 64, value + half + 1, out_.constant(64 - within));
      piece = out_.binary(Opcode::Or, 64, piece, rest);
    }
    out_.store(out_.offset(address, part.offset, word), out_.convert(Opcode::Trunc, 64, part.width, piece), part.width,
               flags);
  }
}

void FunctionLowering::lower_load(const llvm::Instruction& instruction) {
  const auto& load = llvm::cast<llvm::LoadInst>(instruction);
  const auto space = space_flags(load.getPointerAddressSpace());
  if (!space) return;
  const std::uint8_t flags =
      with_volatile(static_cast<std::uint8_t>(ordering_flags(load.getOrdering()) | *space), load.isVolatile());
  const Operand address = operand(load.getPointerOperand());
  if (!load.getType()->isAggregateType()) return alias(instruction, load_scalar(address, bits(instruction), flags));
  const Operand result = define(instruction);
  for_each_leaf(*load.getType(), module_.layout(), [&](const Leaf& leaf) {
    const unsigned width = scalar_bits(*leaf.type, module_.layout());
    const Operand part = load_scalar(out_.offset(address, leaf.offset, module_.pointer_bits()), width, flags);
    out_.copy(result + leaf.slot, part, width > 64 ? 2 : 1);
  });
}

void FunctionLowering::lower_store(const llvm::Instruction& instruction) {
  const auto& store = llvm::cast<llvm::StoreInst>(instruction);
  const auto space = space_flags(store.getPointerAddressSpace());
  if (!space) return;
  const std::uint8_t flags =
      with_volatile(static_cast<std::uint8_t>(ordering_flags(store.getOrdering()) | *space), store.isVolatile());
  const Operand value = operand(store.getValueOperand());
  const Operand address = operand(store.getPointerOperand());
  for_each_leaf(*store.getValueOperand()->getType(), module_.layout(), [&](const Leaf& leaf) {
    store_scalar(value + leaf.slot, out_.offset(address, leaf.offset, module_.pointer_bits()),
                 scalar_bits(*leaf.type, module_.layout()), flags);
  });
}

void FunctionLowering::lower_rmw(const llvm::AtomicRMWInst& instruction) {
  const auto space = space_flags(instruction.getPointerAddressSpace());
  if (!space) return;
  const auto op = rmw_opcode(instruction.getOperation());
  if (!op)
    return unsupported("an atomic `" + llvm::AtomicRMWInst::getOperationName(instruction.getOperation()).str() + "`");
  const std::uint8_t flags = with_volatile(
      static_cast<std::uint8_t>(ordering_flags(instruction.getOrdering()) | *space), instruction.isVolatile());
  const Operand address = operand(instruction.getPointerOperand());
  const Operand value = operand(instruction.getValOperand());
  const unsigned width = bits(instruction);
  if (width % 8 != 0) return unsupported("an atomic operation on " + std::to_string(width) + " bits");
  alias(instruction, out_.rmw(*op, address, value, width, flags));
}

void FunctionLowering::lower_compare_exchange(const llvm::AtomicCmpXchgInst& instruction) {
  const auto space = space_flags(instruction.getPointerAddressSpace());
  if (!space) return;
  const unsigned width = bits(*instruction.getCompareOperand());
  if (width % 8 != 0) return unsupported("an atomic operation on " + std::to_string(width) + " bits");
  // One instruction of the machine serves success and failure: the stronger ordering of the two is its ordering.
  const auto both =
      ordering_flags(instruction.getSuccessOrdering()) | ordering_flags(instruction.getFailureOrdering()) | *space;
  const Operand address = operand(instruction.getPointerOperand());
  const Operand expected = operand(instruction.getCompareOperand());
  const Operand desired = operand(instruction.getNewValOperand());
  const Operand result = define(instruction);
  program::Instruction& i = out_.emit(Opcode::CmpXchg);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = with_volatile(static_cast<std::uint8_t>(both), instruction.isVolatile());
  i.dst = result;
  i.a = address;
  i.b = expected;
  i.c = desired;
}

void FunctionLowering::lower_fence(const llvm::Instruction& instruction) {
  const auto& fence = llvm::cast<llvm::FenceInst>(instruction);
  // Of this thread alone: a barrier for the compiler, which has done its part.
  if (fence.getSyncScopeID() == llvm::SyncScope::SingleThread) return;
  out_.emit(Opcode::Fence).flags = ordering_flags(fence.getOrdering());
}

}  // namespace shootdown::frontend
