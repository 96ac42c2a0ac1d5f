// The naive machine's walks, and what they leave in its caches.
#include <algorithm>

#include "../common/cache.hpp"
#include "machine.hpp"

namespace shootdown::naive::arm64 {

void sort(Cpu& cpu) { sort_entries(cpu.entries); }

// Every pairing of values that may be in use.
std::vector<Machine::Start> Machine::starts(const Cpu& cpu) const {
  std::vector<Start> all;
  if (cpu.off != 0) return all;
  for (unsigned l = 0; l < cpu.lower.count; ++l)
    for (unsigned u = 0; u < cpu.upper.count; ++u) {
      const Ttbr low = cpu.lower.values[l], high = cpu.upper.values[u];
      const std::uint8_t tag = kernel_.a1 ? high.asid : low.asid;
      all.push_back({low.page, tag, false});
      if (kernel_.upper) all.push_back({high.page, tag, true});
    }
  return all;
}

// What a walk for `va` may read next: at a TTBR, or behind a cached table descriptor of an ASID in use. `early`: it is
// an access's, which may have begun before a TLBI removed that descriptor.
std::vector<Walk> Machine::possible(const Cpu& cpu, const State& state, unsigned va, bool early) const {
  std::vector<Walk> all;
  const auto add = [&](const Walk& walk) {
    if (std::find(all.begin(), all.end(), walk) == all.end()) all.push_back(walk);
  };
  const auto at = static_cast<std::uint8_t>(va);
  for (const Start& start : starts(cpu)) {
    if (start.upper != is_upper(va)) continue;
    Walk top{at, kLevels, start.root, kWrite | kUser, start.tag, start.root};
    if (two_at_once_) top = further(top, made(top, state.memory[start.root][0]));
    add(top);
    for (std::uint8_t i = 0; i < kCached; ++i) {
      const Entry& entry = cpu.entries[i];
      if (entry.level > 1 && (entry.held == 0 || early) && entry.tag == start.tag && entry.covers(va))
        add(Walk{at, static_cast<std::uint8_t>(entry.level - 1), entry.page, entry.rights, entry.tag, entry.origin, i});
    }
  }
  return all;
}

// What a walk may find: memory's value, or that of its own CPU's latest waiting store, only the latter after a DSB NSH;
// and what was there before stores that no DSB has followed. The newest comes last.
std::vector<Pte> Machine::readable(const Cpu& cpu, const State& state, std::uint8_t table, unsigned slot) const {
  const Pte in_memory = state.memory[table][slot];
  bool forced = false, found = false;
  Pte waiting;
  for (unsigned i = 0; i < cpu.waiting; ++i) {
    const Waiting& store = cpu.buffer[i];
    if (store.kind != Waiting::kDescriptor || store.page != table || store.slot != slot) continue;
    found = true;
    forced = forced || store.own_walks != 0;
    waiting = store.pte;
  }
  std::vector<Pte> all;
  for (const auto* list : {&cpu.missed, &cpu.early})
    for (const Missed& missed : *list)
      if (missed.used != 0 && missed.page == table && missed.slot == slot &&
          (missed.elsewhere == 0 || list == &cpu.early))
        all.push_back(missed.pte);
  if (!found || waiting == in_memory || !forced) all.push_back(in_memory);
  if (found && waiting != in_memory) all.push_back(waiting);
  return all;
}

// The entry that the valid descriptor `pte`, read by `walk`, would be cached as.
Entry Machine::made(const Walk& walk, Pte pte) const {
  Entry entry;
  const bool leaf = walk.level == 1;
  entry.tag = leaf && (pte.bits & kGlobal) != 0 ? kGlobalTag : walk.tag;
  entry.level = walk.level;
  bool both = true;
  for (unsigned level = walk.level; level <= kLevels; ++level) both = both && !kernel_.distinguishes(level);
  entry.va = both ? static_cast<std::uint8_t>(kBoth | (walk.va & kUpper)) : walk.va;
  entry.page = pte.page;
  entry.rights = static_cast<std::uint8_t>(walk.rights & pte.bits & (kWrite | kUser));
  if (leaf) entry.rights = static_cast<std::uint8_t>(entry.rights | (pte.bits & kType));
  entry.origin = walk.origin;
  return entry;
}

Walk Machine::further(const Walk& walk, const Entry& entry) const {
  Walk next = walk;
  next.level = static_cast<std::uint8_t>(walk.level - 1);
  next.table = entry.page;
  next.rights = entry.rights;
  next.from = kCached;
  return next;
}

bool faults(const Walk& walk, Pte pte) {
  return (pte.bits & kValid) == 0 || (walk.level == 1 && (pte.bits & kAccessed) == 0);
}

// With FEAT_ETS2 an access whose walk faults has seen its CPU's stores; without, not even those behind a DSB (Arm ARM,
// B2.3, DSB-ordered-before, ETS-ordered-before).
bool Machine::may_fault(const State& state, const Walk& walk) const {
  const unsigned slot = kernel_.slot(walk.level, walk.va);
  const std::vector<Pte> readable_now = readable(state, state, walk.table, slot);
  if (kernel_.ets2) return faults(walk, readable_now.back());
  return ((state.late[walk.table] >> slot) & 1) != 0 ||
         std::any_of(readable_now.begin(), readable_now.end(), [&](Pte pte) { return faults(walk, pte); });
}

// Everything that `walk` may read from here on.
void Machine::own(const Cpu& cpu, const State& state, const Walk& walk,
                  const std::function<void(const Entry&)>& see) const {
  for (const Pte pte : readable(cpu, state, walk.table, kernel_.slot(walk.level, walk.va))) {
    if (faults(walk, pte)) continue;
    const Entry entry = made(walk, pte);
    see(entry);
    if (walk.level > 1) own(cpu, state, further(walk, entry), see);
  }
}

bool Machine::walks_unasked(unsigned va) const {
  if (is_upper(va) && !kernel_.upper) return false;
  if (!kernel_.two_cpus || kernel_.split || va % 2 == 0) return true;
  for (const auto& list : kernel_.lists)
    for (const Op& op : list) {
      if (op.kind == OpKind::Access && op.va == va) return true;
      if (op.kind == OpKind::Store && kPageList[op.page].level == 1 && op.slot == va % 2) return true;
    }
  return false;
}

void Machine::insert(const State& state, const Walk& walk, const Entry& entry, const Emit& emit) const {
  insert_entry(state.entries, capacity_, entry, [&](const auto& entries) {
    State after = state;
    after.entries = entries;
    settle(after);
    emit(after, {Step::Kind::Read, walk.va, walk.level, entry.page, 0}, 0);
  });
}

void Machine::walks(const State& state, const Emit& emit) const {
  for (std::uint8_t va = 0; va < kVas; ++va) {
    if (!walks_unasked(va)) continue;
    for (const Walk& walk : possible(state, state, va, false))
      for (const Pte pte : readable(state, state, walk.table, kernel_.slot(walk.level, walk.va)))
        if (!faults(walk, pte)) insert(state, walk, made(walk, pte), emit);
  }
}

}  // namespace shootdown::naive::arm64
