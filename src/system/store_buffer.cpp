// Buffered stores: store_buffer.hpp.
#include "system/store_buffer.hpp"

#include <algorithm>

#include "machine/rules.hpp"
#include "program/arithmetic.hpp"

namespace shootdown::system {

using machine::BufferedStore;
using machine::holds;
using machine::Operation;
using machine::Rule;
using program::Instruction;
using program::Opcode;

namespace {

bool is_mark(const BufferedStore& entry) {
  return entry.kind == BufferedStore::Kind::OrderStores || entry.kind == BufferedStore::Kind::OrderAll;
}

bool overlap(const BufferedStore& entry, std::uint64_t address, unsigned bytes) {
  return entry.kind == BufferedStore::Kind::Store && entry.address < address + bytes &&
         address < entry.address + entry.bytes;
}

template <class Predicate>
bool any(const std::vector<BufferedStore>& buffer, Predicate predicate) {
  return std::any_of(buffer.begin(), buffer.end(), predicate);
}

bool is_read_modify_write(Opcode op) {
  return (op >= Opcode::RmwXchg && op <= Opcode::RmwUMax) || op == Opcode::CmpXchg;
}

bool holds_loads(const std::vector<BufferedStore>& buffer) {
  return holds(Rule::Arm64DmbFullOrdersLoads) &&
         any(buffer, [](const BufferedStore& entry) { return entry.kind == BufferedStore::Kind::OrderAll; });
}

// The oldest store to that place is a read-modify-write's: what it has read is what memory has.
bool claims(const std::vector<BufferedStore>& buffer, std::uint64_t address, unsigned bytes) {
  const auto first =
      std::find_if(buffer.begin(), buffer.end(), [&](const BufferedStore& e) { return overlap(e, address, bytes); });
  return first != buffer.end() && first->exclusive;
}

// Where stores are not kept in order.
bool instruction_waits(World& world, const SystemState& state, unsigned cpu, const Instruction& i) {
  const std::vector<BufferedStore>& buffer = state.machine.cpus[cpu].buffer;
  const bool acquires = (i.flags & (program::kAcquire | program::kSeqCst)) != 0;
  const bool after_release = acquires && holds(Rule::Arm64AcquireWaitsForRelease) &&
                             any(buffer, [](const BufferedStore& entry) { return entry.release; });
  if (i.op == Opcode::Load || i.op == Opcode::MemCpy || i.op == Opcode::MemMove)
    return holds_loads(buffer) || after_release;
  if (!is_read_modify_write(i.op)) return false;
  const machine::Cpu& own = state.machine.cpus[cpu];
  const program::Thread& thread = state.contexts[own.context].thread;
  std::uint64_t address = program::read(world.program, thread, i.a);
  if ((i.flags & program::kPerCpu) != 0) address += program::layout::kPerCpuBase + cpu * program::layout::kPerCpuStride;
  const unsigned bytes = i.width / 8u;
  // A compare-and-exchange that fails stores nothing: it is a load, releases nothing, and waits for nobody's store.
  const auto differs = [&](unsigned half, unsigned width) {
    const std::uint64_t found =
        machine::read_through_buffer(state.machine.memory, world.map, own, address + 8ul * half, width / 8);
    return found !=
           (program::read(world.program, thread, i.b, half) & static_cast<std::uint64_t>(program::wide_mask(width)));
  };
  const bool fails = i.op == Opcode::CmpXchg && holds(Rule::Arm64FailedExchangeReleasesNothing) &&
                     (differs(0, std::min<unsigned>(i.width, 64)) || (i.width > 64 && differs(1, i.width - 64u)));
  if (fails) return holds_loads(buffer) || after_release;
  if (after_release || any(buffer, is_mark)) return true;
  const bool releases = (i.flags & (program::kRelease | program::kSeqCst | program::kLocked)) != 0;
  if (!buffer.empty() && releases && holds(Rule::Arm64ReleaseLeavesLast)) return true;
  const auto older = [&](const BufferedStore& entry) { return overlap(entry, address, bytes); };
  if (!exchange_waits(world, i, address, bytes) && any(buffer, older)) return true;
  return claimed_elsewhere(state.machine.cpus, cpu, address, bytes);
}

}  // namespace

bool exchange_waits(const World& world, const Instruction& i, std::uint64_t address, unsigned bytes) {
  if ((i.flags & (program::kAcquire | program::kSeqCst | program::kLocked)) == 0) return true;
  if (only_acquires(i) && (world.lock_words.shared(address / 8) || world.lock_words.shared((address + bytes - 1) / 8)))
    return true;
  return world.map.walked(address) || world.map.walked(address + bytes - 1);
}

bool only_acquires(const Instruction& i) {
  constexpr unsigned kOrders = program::kAcquire | program::kRelease | program::kSeqCst | program::kLocked;
  return (i.flags & kOrders) == program::kAcquire;
}

bool orders_all(const Instruction& i) {
  constexpr unsigned kBoth = program::kAcquire | program::kRelease;
  return (i.flags & (program::kSeqCst | program::kLocked)) != 0 || (i.flags & kBoth) == kBoth;
}

bool claimed_elsewhere(const std::vector<machine::Cpu>& cpus, unsigned cpu, std::uint64_t address, unsigned bytes) {
  return holds(Rule::Arm64AtomicIsIndivisible) && std::any_of(cpus.begin(), cpus.end(), [&](const machine::Cpu& other) {
           return other.number != cpu && any(other.buffer, [&](const BufferedStore& entry) {
                    return entry.exclusive && overlap(entry, address, bytes);
                  });
         });
}

namespace {
// The entry at `index` could leave, if those from `own` on to it did not wait before it.
bool free_to_leave(const std::vector<machine::Cpu>& cpus, unsigned cpu, std::size_t index, std::size_t own) {
  const std::vector<BufferedStore>& buffer = cpus[cpu].buffer;
  const BufferedStore& entry = buffer[index];
  if (is_mark(entry)) return false;
  if (entry.kind == BufferedStore::Kind::Store && holds(Rule::Arm64AtomicIsIndivisible))
    for (const machine::Cpu& other : cpus)
      if (other.number != cpu && claims(other.buffer, entry.address, entry.bytes)) return false;
  if (own == 0) return true;
  if (!holds(Rule::Arm64StoresLeaveInAnyOrder)) return false;
  if (entry.release && holds(Rule::Arm64ReleaseLeavesLast)) return false;
  const bool ghost = entry.kind != BufferedStore::Kind::Store && entry.kind != BufferedStore::Kind::Left;
  if (ghost) return false;
  return std::none_of(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(own),
                      [&](const BufferedStore& older) {
                        if (is_mark(older)) return true;
                        return entry.kind == BufferedStore::Kind::Store && holds(Rule::Arm64SameAddressInOrder) &&
                               overlap(older, entry.address, entry.bytes);
                      });
}
}  // namespace

bool may_leave(MemoryModel model, const std::vector<machine::Cpu>& cpus, unsigned cpu, std::size_t index) {
  if (model != MemoryModel::UnorderedStores) return index == 0;
  const std::vector<BufferedStore>& buffer = cpus[cpu].buffer;
  if (buffer[index].joined || !free_to_leave(cpus, cpu, index, index)) return false;
  const bool wide = index + 1 < buffer.size() && buffer[index + 1].joined;
  return !wide || free_to_leave(cpus, cpu, index + 1, index);
}

void drop_idle_marks(std::vector<BufferedStore>& buffer) {
  const auto first = std::find_if_not(buffer.begin(), buffer.end(), is_mark);
  buffer.erase(buffer.begin(), first);
}

bool waits_for_stores(World& world, const SystemState& state, unsigned cpu) {
  const machine::Cpu& own = state.machine.cpus[cpu];
  const bool unordered = world.configuration.memory == MemoryModel::UnorderedStores;
  if (own.buffer.empty() && !unordered) return false;
  if (left_out(world, state, cpu) != LeftOut::Nothing) return false;
  const program::Thread& thread = state.contexts[own.context].thread;
  const program::Frame& frame = thread.top();
  const program::Function& function = world.program.functions[frame.function];
  const Instruction& next = function.code[frame.pc];
  if (own.buffer.empty() && !is_read_modify_write(next.op)) return false;
  if (next.op == Opcode::Operate) {
    const auto op = static_cast<Operation>(next.aux);
    const bool loads = op == Operation::UserLoad || op == Operation::UserFetch || op == Operation::KernelLoad ||
                       op == Operation::KernelFetch;
    if (unordered && loads && holds_loads(own.buffer)) return true;
    // A kernel that starts a CPU has seen to it that what it begins with is in memory.
    if (unordered && op == Operation::CpuStart) return true;
    return world.machine->drains(op, arguments_of(world, thread, next));
  }
  if (next.op == Opcode::Return) return frame.kind == program::FrameKind::Interrupt && world.machine->return_drains();
  if (unordered) return instruction_waits(world, state, cpu, next);
  return waits_for_buffer(next) || (world.interlocked_atomics && is_read_modify_write(next.op));
}

}  // namespace shootdown::system
