// The naive machine's walks, and what they leave in its TLB (PoP, chapter 3).
#include <algorithm>

#include "../common/cache.hpp"
#include "machine.hpp"

namespace shootdown::naive::s390 {

void sort(Cpu& cpu) { sort_entries(cpu.entries); }

// What a walk under the ASCE of `root` may read next.
std::vector<Walk> Machine::possible(const Cpu& cpu, std::uint8_t root, unsigned va) const {
  const auto at = static_cast<std::uint8_t>(va);
  std::vector<Walk> all{{at, kSegment, root, kWrite, root}};
  for (const Entry& entry : cpu.entries)
    if (entry.level == kSegment && entry.tag == root && entry.covers(va))
      all.push_back({at, 1, entry.page, entry.rights, root});
  return all;
}

// Memory's value, or that of the CPU's own latest waiting store.
std::vector<Pte> Machine::readable(const Cpu& cpu, const State& state, std::uint8_t table, unsigned slot) const {
  std::vector<Pte> values{state.memory[table][slot]};
  for (unsigned i = cpu.waiting; i-- > 0;) {
    const Waiting& store = cpu.buffer[i];
    if (store.kind != Waiting::kEntry || store.page != table || store.slot != slot) continue;
    if (store.pte != values[0]) values.push_back(store.pte);
    break;
  }
  return values;
}

Entry Machine::made(const Walk& walk, Pte pte) const {
  Entry entry;
  entry.tag = walk.tag;
  entry.level = walk.level;
  bool both = true;
  for (unsigned level = walk.level; level <= kSegment; ++level) both = both && !kernel_.distinguishes(level);
  entry.va = both ? kBoth : walk.va;
  entry.page = pte.page;
  entry.rights = static_cast<std::uint8_t>(walk.rights & pte.bits & kWrite);
  entry.table = walk.table;
  return entry;
}

void Machine::insert(const State& state, const Walk& walk, const Entry& entry, const Emit& emit) const {
  insert_entry(state.entries, capacity_, entry, [&](const auto& entries) {
    State after = state;
    after.entries = entries;
    emit(after, {Step::Kind::Read, walk.va, walk.level, entry.page, 0}, 0);
  });
}

// With every ASCE that is loaded, for any address, at any time.
void Machine::walks(const State& state, const Emit& emit) const {
  for (std::uint8_t root = 0; root < kRoots; ++root) {
    if (std::find(state.asce.begin(), state.asce.end(), root) == state.asce.end()) continue;
    for (unsigned va = 0; va < kVas; ++va)
      for (const Walk& walk : possible(state, root, va))
        for (const Pte pte : readable(state, state, walk.table, kernel_.slot(walk.level, va)))
          if ((pte.bits & kValid) != 0) insert(state, walk, made(walk, pte), emit);
  }
}

}  // namespace shootdown::naive::s390
