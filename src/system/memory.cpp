// Loads, stores, read-modify-writes and block copies by checked code. Kernel code runs untranslated: its addresses are
// physical.
#include <algorithm>

#include "machine/rules.hpp"
#include "program/arithmetic.hpp"
#include "system/recorder.hpp"
#include "system/step.hpp"
#include "system/store_buffer.hpp"

namespace shootdown::system {

namespace layout = program::layout;
using machine::holds;
using machine::Rule;
using machine::Validity;
using program::Instruction;
using program::Opcode;

std::uint64_t Step::effective_address(const Instruction& i) {
  std::uint64_t address = program::read(world_.program, thread(), i.a);
  if ((i.flags & program::kPerCpu) != 0) address += layout::kPerCpuBase + cpu_ * layout::kPerCpuStride;
  return world_.program.pointer_bits == 32 ? address & 0xffff'ffff : address;
}

bool Step::any_shared(std::uint64_t address, std::uint64_t bytes) const {
  for (std::uint64_t word = address / 8; word <= (address + bytes - 1) / 8; ++word)
    if (world_.sharing.shared(word)) return true;
  // Page walkers read tables: other CPUs', and this one's when another context or a handler invalidates or walks.
  for (std::uint64_t page = address / machine::kPageBytes; page <= (address + bytes - 1) / machine::kPageBytes; ++page)
    if (world_.map.walked(page * machine::kPageBytes)) return true;
  return false;
}

Sharing::Party Step::party(std::uint64_t address) {
  const std::uint32_t context = cpu().context;
  const program::Thread& running = thread();
  unsigned depth = 0;
  std::uint64_t activation = 0;  // where the innermost interrupt's part of the stack begins
  for (const program::Frame& frame : running.frames)
    if (frame.kind == program::FrameKind::Interrupt) {
      ++depth;
      activation = frame.stack;
    }
  // A handler's own part of the stack holds nothing of the code it interrupted, which will use the same place later.
  const std::uint64_t base = layout::kStacks + context * layout::kStackBytes;
  if (address >= base && address < base + layout::kStackBytes && address >= activation) depth = 0;
  static_assert(program::kMaxFrames < 1024, "every depth is a party of its own");
  return context * 1024 + depth;
}

void Step::touch(std::uint64_t address, unsigned bytes, bool write) {
  if (!state_.machine.concurrent) return;
  const Sharing::Party who = party(address);
  for (std::uint64_t word = address / 8; word <= (address + bytes - 1) / 8; ++word) {
    world_.sharing.touch(word, who, write);
    world_.cpu_sharing.touch(word, cpu_, write);
  }
}

void Step::touch_lock(std::uint64_t address, unsigned bytes, bool exchange) {
  if (!state_.machine.concurrent || world_.configuration.memory != MemoryModel::UnorderedStores) return;
  for (std::uint64_t word = address / 8; word <= (address + bytes - 1) / 8; ++word)
    world_.lock_words.touch(word, exchange ? 1 : 0, exchange);
}

std::optional<Stop> Step::check_memory(std::uint64_t address, unsigned bytes, bool write) {
  ++world_.evaluated[property::kMemoryFault];
  switch (world_.map.check(address, bytes, write)) {
    case Validity::Ok: break;
    case Validity::NullPage:
      return violation("memory-fault", "null pointer",
                       context_name(cpu().context) + (write ? " stores to " : " loads from ") +
                           property::hexadecimal(address) + ", in the null page");
    case Validity::Outside: {
      const bool offset = address >= layout::kPerCpuOffsets && address < layout::kPerCpuStride;
      return violation(
          "memory-fault", "out of bounds",
          context_name(cpu().context) + (write ? " stores to " : " loads from ") + property::hexadecimal(address) +
              (offset ? ", a per-CPU variable's offset without the base of a CPU" : ", where no object is"));
    }
    case Validity::Constant:
      return violation(
          "memory-fault", "constant",
          context_name(cpu().context) + " stores to " + world_.map.symbol(address) + ", which is constant");
  }
  return judge_kernel_pages(address, bytes);
}

std::uint64_t Step::load(std::uint64_t address, unsigned bytes) {
  picks_ += state_.machine.maybe_accessed.empty() ? 0u : 2u;
  world_.machine->before_read(state_.machine, address, bytes, chooser_);
  touch(address, bytes, false);
  if (!holds(Rule::OwnStoresAreSeen)) return state_.machine.memory.read(world_.map, address, bytes);
  return machine::read_through_buffer(state_.machine.memory, world_.map, cpu(), address, bytes);
}

// Under sequential consistency the store of a read-modify-write that is not indivisible waits, so that other CPUs come
// between its two accesses; its own CPU does nothing meanwhile.
bool Step::buffers(bool divided) const {
  if (!holds(Rule::StoresWaitInBuffer)) return false;
  if (world_.configuration.memory == MemoryModel::SequentialConsistency && !divided) return false;
  return !only_cpu();
}

// A store to a word that no other context touches, or no other CPU, is seen by nobody: when it reaches memory makes no
// difference, so it reaches it at once; unless an older one to the same place waits, which must not come later. (For a
// context that goes from one CPU to another: migration.hpp.) Page walkers of all CPUs read tables.
bool Step::waits_in_buffer(std::uint64_t address, unsigned bytes) const {
  const auto overlaps = [&](const machine::BufferedStore& older) {
    return older.kind == machine::BufferedStore::Kind::Store && older.address < address + bytes &&
           address < older.address + older.bytes;
  };
  if (std::any_of(cpu().buffer.begin(), cpu().buffer.end(), overlaps)) return true;
  if (claimed_elsewhere(state_.machine.cpus, cpu_, address, bytes)) return true;
  if (!any_shared(address, bytes)) return false;
  if (world_.map.walked(address) || world_.map.walked(address + bytes - 1)) return true;
  return world_.cpu_sharing.shared(address / 8) || world_.cpu_sharing.shared((address + bytes - 1) / 8);
}

std::optional<Stop> Step::store(std::uint64_t address, unsigned bytes, std::uint64_t value, bool at_once, bool& changed,
                                StoreOf of, bool release, const machine::Access* through) {
  touch(address, bytes, true);
  if (!at_once && buffers(of != StoreOf::Plain) && waits_in_buffer(address, bytes)) {
    changed = machine::read_through_buffer(state_.machine.memory, world_.map, cpu(), address, bytes) != value;
    world_.map.make_slot(address);
    world_.map.make_slot(address + bytes - 1);
    machine::BufferedStore waiting{machine::BufferedStore::Kind::Store, static_cast<std::uint8_t>(bytes), address,
                                   value};
    const bool unordered = world_.configuration.memory == MemoryModel::UnorderedStores;
    if (unordered) world_.machine->before_write(state_.machine, cpu_, address, bytes, value, true, false);
    waiting.release = release && unordered;
    waiting.exclusive = of != StoreOf::Plain && unordered && left_out(world_, state_, cpu_) != LeftOut::LockPrefix;
    waiting.joined = of == StoreOf::SecondHalf && unordered && !cpu().buffer.empty() && cpu().buffer.back().exclusive &&
                     cpu().buffer.back().address + cpu().buffer.back().bytes == address;
    if (through != nullptr && world_.machine->tracks_accesses()) {
      waiting.translated = true;
      waiting.tag = through->entry.tag;
      waiting.page = through->va & ~(machine::kPageBytes - 1);
      waiting.level = through->entry.level;
    }
    return buffer(waiting);
  }
  if (only_cpu() && world_.configuration.memory == MemoryModel::UnorderedStores &&
      state_.machine.memory.read(world_.map, address, bytes) != value)
    world_.machine->before_write(state_.machine, cpu_, address, bytes, value, false, of != StoreOf::Plain);
  const auto to_table = table_store(address, bytes, value);
  changed = state_.machine.memory.write(world_.map, address, bytes, value);
  world_.machine->after_write(state_.machine, address, bytes);
  return judge_table_store(to_table);
}

std::optional<Stop> Step::buffer(const machine::BufferedStore& entry) {
  using Kind = machine::BufferedStore::Kind;
  const auto marks = std::count_if(cpu().buffer.begin(), cpu().buffer.end(), [](const auto& waiting) {
    return waiting.kind == Kind::Left || waiting.kind == Kind::OrderStores || waiting.kind == Kind::OrderAll;
  });
  if (cpu().buffer.size() - static_cast<std::size_t>(marks) >= world_.configuration.store_buffer)
    return Stop{Stop::Kind::Exhausted,
                {},
                "a CPU has more than " + std::to_string(world_.configuration.store_buffer) +
                    " stores buffered (--store-buffer)"};
  cpu().buffer.push_back(entry);
  world_.machine->buffer_changed(state_.machine, cpu_);
  return std::nullopt;
}

std::uint64_t Step::in_memory_order(std::uint64_t value, unsigned bytes) const {
  if (!world_.program.big_endian || bytes == 0) return value;
  return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

// This CPU switches from one context to another (migration.hpp).
std::optional<Stop> Step::migrate(std::uint32_t from, std::uint32_t to) {
  using Kind = machine::BufferedStore::Kind;
  world_.migration.runs_on(from, cpu_);
  world_.migration.runs_on(to, cpu_);
  for (unsigned other = 0; other < state_.machine.cpus.size(); ++other) {
    if (other == cpu_) continue;
    for (const machine::BufferedStore& entry : state_.machine.cpus[other].buffer)
      if (entry.kind == Kind::Left && entry.address == to)
        return Stop{Stop::Kind::Unsupported,
                    {},
                    context_name(to) + " goes on on CPU" + std::to_string(cpu_) + " while its stores on CPU" +
                        std::to_string(other) + " may still wait in the store buffer there"};
  }
  if (!buffers(false) || !world_.migration.moves(from)) return std::nullopt;
  auto& queue = cpu().buffer;
  std::erase_if(queue, [&](const auto& entry) { return entry.kind == Kind::Left && entry.address == from; });
  queue.push_back({Kind::Left, 0, from, 0});
  return std::nullopt;
}

void Step::to_memory(const machine::BufferedStore& store) {
  if (world_.configuration.memory == MemoryModel::UnorderedStores)
    world_.machine->store_leaves(state_.machine, cpu_, store);
  state_.machine.memory.write(world_.map, store.address, store.bytes, store.value);
  world_.machine->after_write(state_.machine, store.address, store.bytes);
  if (world_.configuration.memory == MemoryModel::UnorderedStores)
    world_.machine->store_left(state_.machine, cpu_, store.address, store.bytes);
}

std::optional<Stop> Step::drain(unsigned index) {
  using Kind = machine::BufferedStore::Kind;
  const auto leaving = holds(Rule::StoresInOrder) ? cpu().buffer.begin() + index : cpu().buffer.end() - 1;
  const machine::BufferedStore entry = *leaving;
  cpu().buffer.erase(leaving);
  drop_idle_marks(cpu().buffer);
  std::optional<machine::TableStore> to_table;
  switch (entry.kind) {
    case Kind::Store:
      to_table = table_store(entry.address, entry.bytes, entry.value);
      to_memory(entry);
      if (index < cpu().buffer.size() && cpu().buffer[index].joined) {
        const machine::BufferedStore second = cpu().buffer[index];
        cpu().buffer.erase(cpu().buffer.begin() + index);
        drop_idle_marks(cpu().buffer);
        to_memory(second);
      }
      break;
    case Kind::Revoked: world_.machine->revoke(state_.machine, false, entry.address, entry.value); break;
    case Kind::RevokedEverywhere: world_.machine->revoke(state_.machine, true, entry.address, entry.value); break;
    case Kind::PageFreed: world_.machine->page_freed(state_.machine, entry.address); break;
    case Kind::Left:
    case Kind::OrderStores:
    case Kind::OrderAll: return std::nullopt;
  }
  if (recorder_ != nullptr) {
    auto& event = recorder_->add(state_, cpu_, cpu().context, thread().frames.empty() ? 0 : thread().interrupt_depth(),
                                 entry.kind == Kind::Store ? trace::EventKind::Drain : trace::EventKind::Ghost, {});
    event.symbol = entry.kind == Kind::Store ? world_.map.symbol(entry.address) : std::string();
    // As the program wrote it, which is how the store itself was recorded.
    const std::uint64_t value = entry.kind == Kind::Store ? in_memory_order(entry.value, entry.bytes) : entry.value;
    event.arguments = {entry.address, value};
    event.operation = entry.kind == Kind::Store       ? "store buffer"
                      : entry.kind == Kind::PageFreed ? "page freed"
                                                      : "revoked";
    event.text = entry.kind == Kind::Store ? event.symbol + " = " + property::hexadecimal(value) + " reaches memory"
                                           : event.operation + " counts from here";
  }
  if (auto stop = judge_table_store(to_table)) return stop;
  if (entry.kind == Kind::Store)
    if (auto stop = judge_kernel_pages(entry.address, entry.bytes)) return stop;
  return judge_change();
}

// An access to memory that other CPUs touch which they may see in parts: it is not within a cache line (SDM 3, 8.1.1),
// and not locked.
bool Step::torn(bool locked, std::uint64_t address, unsigned bytes) const {
  constexpr std::uint64_t kCacheLine = 64;
  if (world_.interlocked_atomics) {
    // Only aligned accesses are indivisible (Arm ARM, B2.2.1; PoP, chapter 5, "Block-Concurrent References").
    if (address % bytes == 0) return false;
    if (world_.map.walked(address) || world_.map.walked(address + bytes - 1)) return true;
    return world_.cpu_sharing.shared(address / 8) || world_.cpu_sharing.shared((address + bytes - 1) / 8);
  }
  if (address % kCacheLine + bytes <= kCacheLine || locked) return false;
  return world_.cpu_sharing.shared(address / 8) || world_.cpu_sharing.shared((address + bytes - 1) / 8);
}

std::optional<Stop> Step::memory(const Instruction& i) {
  world_.machine->runs_kernel_code(cpu());
  if (i.op == Opcode::Fence) {
    const bool full = (i.flags & (program::kSeqCst | program::kRelease)) != 0;
    if (full && world_.configuration.memory == MemoryModel::UnorderedStores)
      machine::push_mark(cpu().buffer, machine::BufferedStore::Kind::OrderAll);
    ++thread().top().pc;
    return std::nullopt;
  }
  const std::uint64_t address = effective_address(i);
  const unsigned bytes = i.width / 8u;
  const bool reads = i.op != Opcode::Store;
  const bool writes = i.op != Opcode::Load;
  std::vector<trace::SourceLine> where;
  if (recorder_ != nullptr) where = recorder_->place(state_, cpu_);
  if (auto stop = check_memory(address, bytes, writes)) return stop;
  if (torn(waits_for_buffer(i), address, bytes))
    return Stop{
        Stop::Kind::Unsupported,
        {},
        "an access of " + std::to_string(bytes) + " bytes at " + property::hexadecimal(address) +
            (world_.interlocked_atomics ? ", which is not aligned" : " without LOCK, which crosses a cache line") +
            ": another CPU may see its parts apart"};

  if (reads && (i.op == Opcode::Load || only_acquires(i))) touch_lock(address, bytes, i.op != Opcode::Load);
  program::Wide before = 0, after = 0;
  if (reads) {
    before = in_memory_order(load(address, std::min(bytes, 8u)), std::min(bytes, 8u));
    if (bytes > 8) {
      const program::Wide second = in_memory_order(load(address + 8, bytes - 8), bytes - 8);
      before = world_.program.big_endian ? before << (8 * (bytes - 8)) | second : before | second << 64;
    }
  }
  auto operand = [&](program::Operand o) {
    program::Wide value = program::read(world_.program, thread(), o);
    if (bytes > 8) value |= program::Wide{program::read(world_.program, thread(), o, 1)} << 64;
    return value & program::wide_mask(i.width);
  };
  bool stores = writes, matched = false;
  switch (i.op) {
    case Opcode::Load: break;
    case Opcode::Store: after = operand(i.b); break;
    case Opcode::CmpXchg:
      matched = stores = before == operand(i.b);
      after = operand(i.c);
      break;
    default:
      after = program::apply_rmw(i.op, static_cast<std::uint64_t>(before), static_cast<std::uint64_t>(operand(i.b)),
                                 i.width);
      break;
  }
  // An exchange that stores what it has read, and orders nothing older, cannot be told from a load: a lock that spins.
  if (world_.configuration.memory == MemoryModel::UnorderedStores && reads && after == before &&
      (i.flags & (program::kRelease | program::kSeqCst | program::kLocked)) == 0)
    stores = false;
  bool memory_changed = false;
  std::optional<Stop> judged;  // a violation by the store itself: shown behind it
  if (stores) {
    const StoreOf of = reads ? StoreOf::ReadModifyWrite : StoreOf::Plain;
    const bool unordered = world_.configuration.memory == MemoryModel::UnorderedStores;
    const bool locked = left_out(world_, state_, cpu_) != LeftOut::LockPrefix;
    const bool interlocked =
        world_.interlocked_atomics && locked && reads && (!unordered || !exchange_waits(world_, i, address, bytes));
    const bool waited = !unordered && waits_for_buffer(i) && locked;
    const bool at_once = interlocked || waited;
    const bool release = (i.flags & (program::kRelease | program::kSeqCst)) != 0;
    const unsigned first_bytes = std::min(bytes, 8u), more_bytes = bytes - first_bytes;
    const bool big = world_.program.big_endian;
    const auto first = static_cast<std::uint64_t>(big ? after >> (8 * more_bytes) : after);
    judged = store(address, first_bytes, in_memory_order(first, first_bytes), at_once, memory_changed, of, release);
    bool upper = false;
    if (more_bytes != 0 && !judged) {
      const auto second = static_cast<std::uint64_t>(big ? after : after >> 64);
      judged = store(address + 8, more_bytes, in_memory_order(second, more_bytes), at_once, upper,
                     reads ? StoreOf::SecondHalf : of, release);
    }
    if (judged && judged->kind != Stop::Kind::Violation) return judged;
    if (unordered && reads && !interlocked && orders_all(i))
      machine::push_mark(cpu().buffer, machine::BufferedStore::Kind::OrderAll);
    memory_changed = memory_changed || upper;
  }
  if (memory_changed && !context().daemon && thread().interrupt_depth() == 0) progress_ = true;
  if (reads) {
    program::write(thread(), i.dst, static_cast<std::uint64_t>(before), 0);
    if (bytes > 8) program::write(thread(), i.dst, static_cast<std::uint64_t>(before >> 64), 1);
  }
  if (i.op == Opcode::CmpXchg && !matched) touch_lock(address, bytes, false);
  if (i.op == Opcode::CmpXchg) program::write(thread(), i.dst, matched ? 1 : 0, bytes > 8 ? 2 : 1);
  ++thread().top().pc;

  if (recorder_ != nullptr && state_.machine.concurrent) {
    const auto kind = !writes  ? trace::EventKind::Load
                      : !reads ? trace::EventKind::Store
                               : trace::EventKind::ReadModifyWrite;
    auto& event = recorder_->add(state_, cpu_, cpu().context, thread().interrupt_depth(), kind, std::move(where));
    event.symbol = world_.map.symbol(address);
    event.arguments = {address, static_cast<std::uint64_t>(after)};
    if (reads) event.result = static_cast<std::uint64_t>(before);
    event.text =
        event.symbol + (!writes ? " is " + property::hexadecimal(*event.result)
                                : " = " + property::hexadecimal(static_cast<std::uint64_t>(stores ? after : before)));
  }
  if (judged) return judged;
  const bool table = world_.map.walked(address) || world_.map.walked(address + bytes - 1);
  return stores && table ? judge_change() : std::nullopt;
}

std::optional<Stop> Step::bulk(const Instruction& i) {
  const program::Program& program = world_.program;
  const std::uint64_t total = program::read(program, thread(), i.c);
  const std::uint64_t done = program::read(program, thread(), i.dst);
  if (done >= total) {
    program::write(thread(), i.dst, 0);
    ++thread().top().pc;
    return std::nullopt;
  }
  // All of it counts as touched before the first word is: what shares one word shares the next ones as well.
  if (done == 0) {
    constexpr std::uint64_t kMostBytes = 0x10000;  // a wild length is found out when it gets there
    const auto bytes_touched = static_cast<unsigned>(std::min(total, kMostBytes));
    touch(effective_address(i), bytes_touched, true);
    if (i.op != Opcode::MemSet) touch(program::read(program, thread(), i.b), bytes_touched, false);
  }
  // A word at a time, upwards; downwards where a move overlaps its source from above.
  const std::uint64_t to = effective_address(i);
  const std::uint64_t operand = program::read(program, thread(), i.b);
  const bool down = i.op == Opcode::MemMove && to > operand && to < operand + total;
  const unsigned word = (i.width2 != 0 ? i.width2 : program.pointer_bits) / 8;
  unsigned bytes = static_cast<unsigned>(std::min<std::uint64_t>(total - done, word));
  std::uint64_t offset = down ? total - done - bytes : done;
  if (!down && i.width2 == 0 && (to + offset) % word != 0)
    bytes = static_cast<unsigned>(std::min<std::uint64_t>(bytes, word - (to + offset) % word));
  if (auto stop = check_memory(to + offset, bytes, true)) return stop;
  std::uint64_t value = 0x0101'0101'0101'0101 * (operand & 0xff);
  if (i.op != Opcode::MemSet) {
    if (auto stop = check_memory(operand + offset, bytes, false)) return stop;
    touch_lock(operand + offset, bytes, false);
    value = load(operand + offset, bytes);
  }
  bool changed = false;
  if (auto stop = store(to + offset, bytes, value, false, changed, StoreOf::Plain)) return stop;
  if (changed && !context().daemon && thread().interrupt_depth() == 0) progress_ = true;
  program::write(thread(), i.dst, done + bytes);
  return world_.map.walked(to + offset) || world_.map.walked(to + offset + bytes - 1) ? judge_change() : std::nullopt;
}

}  // namespace shootdown::system
