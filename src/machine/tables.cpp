// Walks, and the set of what may be cached: tables.hpp.
#include "machine/tables.hpp"

#include <algorithm>

namespace shootdown::machine {

std::uint64_t TableMachine::in_order(std::uint64_t value) const {
  if (!big_endian_) return value;
  return pte_bytes() == 8 ? __builtin_bswap64(value) : __builtin_bswap32(static_cast<std::uint32_t>(value));
}

std::uint64_t TableMachine::read_pte(const State& state, std::uint64_t address) const {
  return in_order(state.memory.read(map_, address, pte_bytes()));
}

void TableMachine::write_pte(State& state, std::uint64_t address, std::uint64_t value) {
  state.memory.write(map_, address, pte_bytes(), in_order(value));
}

std::uint64_t TableMachine::pte_address(const Table& table, std::uint64_t va) const {
  const std::uint64_t index = (va - table.va) >> shift(table.level);
  return table.address + index * pte_bytes();
}

bool TableMachine::has(const Table& table, std::uint64_t va) const {
  const std::uint64_t index = (va - table.va) >> shift(table.level);
  return index >= table.first && index < table.limit;
}

std::vector<TableMachine::Reading> TableMachine::readings(const State& state, const Cpu& cpu,
                                                          std::uint64_t address) const {
  const std::uint64_t in_memory = read_pte(state, address);
  std::vector<Reading> all{{in_memory}};
  if (!cpu.buffer.empty() && holds(Rule::WalkReadsOwnBuffer)) {
    const std::uint64_t own = in_order(read_through_buffer(state.memory, map_, cpu, address, pte_bytes()));
    const bool only_own = !holds(Rule::WalkMissesOwnBuffer) ||
                          std::any_of(cpu.buffer.begin(), cpu.buffer.end(), [&](const BufferedStore& store) {
                            return store.kind == BufferedStore::Kind::Store && store.own_walks &&
                                   store.address < address + pte_bytes() && address < store.address + store.bytes;
                          });
    if (own != in_memory) {
      all.front().newest = false;
      if (only_own) all.clear();
      all.push_back({own});
    }
  }
  for (const arm64::Older& older : cpu.older) {
    if (older.address != address || older.until == arm64::Older::Until::Elsewhere) continue;
    const auto same = [&](const Reading& known) { return known.pte == older.value; };
    if (std::none_of(all.begin(), all.end(), same))
      all.push_back({older.value, false, true, older.exchange, older.until != arm64::Older::Until::Dsb});
  }
  return all;
}

TableMachine::WalkEnd TableMachine::walk_from(const State& state, const Cpu& cpu, const Table& start,
                                              std::uint64_t va) const {
  WalkEnd end;
  Table table = start;
  for (;;) {
    if (!has(table, va)) {
      end.last = decode(cpu, 0, table, va);
      end.last.kind = Decoded::Kind::Fault;
      return end;
    }
    const std::uint64_t at = pte_address(table, va);
    map_.set_walked(at);
    end.entries.push_back(at);
    end.last = decode(cpu, read_pte(state, at), table, va);
    if (end.last.kind != Decoded::Kind::Entry || end.last.entry.leaf) return end;
    table = below(end.last.entry);
  }
}

void TableMachine::walks_from(const State& state, const Cpu& cpu, const Table& start, std::uint64_t va,
                              std::vector<WalkEnd>& ends, bool only_faults) const {
  if ((cpu.buffer.empty() && cpu.older.empty()) || !has(start, va)) {
    ends.push_back(walk_from(state, cpu, start, va));
    if (only_faults && ends.back().last.kind != Decoded::Kind::Fault) ends.pop_back();
    return;
  }
  const std::uint64_t at = pte_address(start, va);
  map_.set_walked(at);
  for (const Reading& reading : readings(state, cpu, at)) {
    const bool faults = only_faults || reading.only_faults;
    WalkEnd end;
    end.entries.push_back(at);
    end.newest = reading.newest;
    end.older = end.older_leaf = reading.older;
    end.exchange = reading.exchange;
    end.last = decode(cpu, reading.pte, start, va);
    if (end.last.kind != Decoded::Kind::Entry || end.last.entry.leaf) {
      if (!faults || end.last.kind == Decoded::Kind::Fault) ends.push_back(end);
      continue;
    }
    const std::size_t first = ends.size();
    walks_from(state, cpu, below(end.last.entry), va, ends, faults);
    for (std::size_t n = first; n < ends.size(); ++n) {
      ends[n].entries.insert(ends[n].entries.begin(), at);
      ends[n].newest = ends[n].newest && reading.newest;
      ends[n].older = ends[n].older || reading.older;
    }
  }
}

std::optional<Entry> TableMachine::walk(const State& state, std::uint64_t root, std::uint64_t va) const {
  // Ghost statements ask on nobody's behalf: CPU 0's settings stand for all.
  const WalkEnd end = walk_from(state, state.cpus[0], table_of(state, root, va), va);
  if (end.last.kind != Decoded::Kind::Entry) return std::nullopt;
  return end.last.entry;
}

void TableMachine::close_entry(State& state, Cpu& cpu, const Table& table, std::uint64_t at, const Reading& reading,
                               const Source& source, std::vector<Found>& found) const {
  if (reading.only_faults) return;
  const std::uint64_t pte = reading.pte;
  const std::uint64_t index = (at - table.address) / pte_bytes();
  const Decoded decoded = decode(cpu, pte, table, table.va + (index << shift(table.level)));
  const bool refuses = decoded.kind == Decoded::Kind::Unsupported &&
                       (refused(decoded.entry) != nullptr || refused_once_cached(decoded.entry) != nullptr);
  if (decoded.kind != Decoded::Kind::Entry && !refuses) return;
  const std::uint64_t accessed = accessed_bits(cpu);
  // What is not in memory will be when it gets there, and what is there no more, the hardware does not change.
  if (accessed != 0 && decoded.entry.leaf && (pte & accessed) == 0 && pte == read_pte(state, at)) {
    auto& maybe = state.maybe_accessed;
    const auto place = std::lower_bound(maybe.begin(), maybe.end(), at);
    if (place == maybe.end() || *place != at) maybe.insert(place, at);
  }
  Entry entry = decoded.entry;
  entry.tag = entry.leaf && entry.global ? kGlobalTag : source.tag;
  entry.origin = source.root;
  if (keeps_table()) entry.table = table.address;
  // Of a large page it is the access that counts: other parts of it may well be free.
  const bool large = entry.leaf && entry_bytes(entry) > kPageBytes;
  entry.dangling = !large && state.ghost.any_freed(entry.target, entry.leaf ? 1 : table_bytes(entry));
  const bool older = source.older || reading.older;
  const bool fresh = cpu.tlb.add(entry, source.from_root && !older, source.from_root);
  // An entry walked from the root is followed even if known: what hangs below it now belongs to this root.
  if (!entry.leaf && (fresh || source.from_root)) found.push_back({entry, older});
}

void TableMachine::close_table(State& state, Cpu& cpu, const Table& table, const Source& source,
                               std::vector<Found>& found) const {
  const unsigned per_word = 8 / pte_bytes();
  const std::uint64_t begin = table.address + std::uint64_t{table.first} * pte_bytes();
  const std::uint64_t end = table.address + std::uint64_t{table.limit} * pte_bytes();
  for (std::uint64_t page = begin & ~(kPageBytes - 1); page < end; page += kPageBytes) {
    map_.set_walked(page);
    if (zero_is_valid()) {
      for (std::uint64_t at = std::max(begin, page); at < std::min(end, page + kPageBytes); at += pte_bytes()) {
        if (cpu.buffer.empty()) {
          close_entry(state, cpu, table, at, {read_pte(state, at)}, source, found);
          continue;
        }
        for (const Reading& reading : readings(state, cpu, at))
          close_entry(state, cpu, table, at, reading, source, found);
      }
      continue;
    }
    for (const std::uint16_t word : map_.interesting(page))
      for (unsigned part = 0; part < per_word; ++part) {
        const std::uint64_t at = page + std::uint64_t{word} * 8 + std::uint64_t{part} * pte_bytes();
        if (at < begin || at >= end) continue;
        for (const Reading& reading : readings(state, cpu, at))
          close_entry(state, cpu, table, at, reading, source, found);
      }
  }
}

void TableMachine::close(State& state, Cpu& cpu) const {
  const std::vector<Start> active = starts(cpu);
  std::vector<Found> found;
  // Where zeros are entries, what is no memory would be a table full of them. (That it is loaded is an error of its
  // own.)
  const auto empty = [&](const Entry& prefix) {
    return zero_is_valid() && !map_.table_exists(prefix.target, table_bytes(prefix));
  };
  if (!keeps_prefixes()) std::erase_if(cpu.tlb.entries(), [](const Entry& entry) { return !entry.leaf; });
  for (const Start& start : active) {
    close_table(state, cpu, start.table, {start.root, start.tag, true}, found);
    while (!found.empty()) {
      const auto [prefix, older] = found.back();
      found.pop_back();
      if (empty(prefix)) continue;
      close_table(state, cpu, below(prefix), {start.root, start.tag, true, older}, found);
    }
  }
  // Then everything that hangs below older prefixes of the same tags.
  if (!holds(Rule::StalePrefixExtends)) return;
  for (const Entry& entry : cpu.tlb.entries()) {
    const bool grows =
        std::any_of(active.begin(), active.end(), [&](const Start& start) { return start.tag == entry.tag; });
    if (!entry.leaf && (grows || (!active.empty() && !holds(Rule::OnlyCurrentPcidFills)))) found.push_back({entry});
  }
  while (!found.empty()) {
    const Entry prefix = found.back().prefix;
    found.pop_back();
    if (empty(prefix)) continue;
    close_table(state, cpu, below(prefix), {prefix.origin, prefix.tag, false}, found);
  }
}

bool TableMachine::claimed(const State& state, std::uint64_t at) const {
  return std::any_of(state.cpus.begin(), state.cpus.end(), [&](const Cpu& other) {
    return std::any_of(other.buffer.begin(), other.buffer.end(), [&](const BufferedStore& store) {
      return store.exclusive && store.address < at + pte_bytes() && at < store.address + store.bytes;
    });
  });
}

void TableMachine::before_read(State& state, std::uint64_t address, unsigned bytes, Chooser& chooser) {
  if (state.maybe_accessed.empty()) return;
  std::vector<std::uint64_t> asked;
  for (const std::uint64_t at : state.maybe_accessed)
    if (at < address + bytes && address < at + pte_bytes()) asked.push_back(at);
  for (const std::uint64_t at : asked) {
    // The store of a read-modify-write that has read there comes next: nothing is set in between.
    if (claimed(state, at)) continue;
    std::erase(state.maybe_accessed, at);
    const std::uint64_t bits = accessed_mask();
    const std::uint64_t pte = read_pte(state, at);
    if (bits != 0 && (pte & bits) == 0 && holds(Rule::AccessedSetAnyTime) && chooser.pick(2) == 1)
      write_pte(state, at, pte | bits);
    memory_changed(state, at);
  }
}

void TableMachine::after_write(State& state, std::uint64_t address, unsigned bytes) {
  std::erase_if(state.maybe_accessed,
                [&](std::uint64_t at) { return at < address + bytes && at + pte_bytes() > address; });
  memory_changed(state, address);
  const std::uint64_t last = address + bytes - 1;
  if (address / kPageBytes != last / kPageBytes) memory_changed(state, last);
}

void TableMachine::memory_changed(State& state, std::uint64_t address) {
  if (!map_.walked(address)) return;
  for (Cpu& cpu : state.cpus)
    if (&cpu == &state.cpus.front() || holds(Rule::EveryCpuFills)) fill(state, cpu, Rule::FillAfterEveryStore);
  update_revoked(state);
}

}  // namespace shootdown::machine
