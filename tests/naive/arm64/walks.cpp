// The naive machine's walks, and what they leave in its caches.
#include <algorithm>
#include <cstring>

#include "machine.hpp"

namespace shootdown::naive::arm64 {

void sort(Cpu& cpu) {
  std::sort(cpu.entries.begin(), cpu.entries.end(),
            [](const Entry& a, const Entry& b) { return std::memcmp(&a, &b, sizeof a) < 0; });
}

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

// The walks for `va` that may begin now: at a TTBR, or at a cached table descriptor of an ASID in use.
std::vector<Walker> Machine::beginnings(const Cpu& cpu, unsigned va) const {
  std::vector<Walker> all;
  const auto add = [&](const Walker& walker) {
    if (std::none_of(all.begin(), all.end(),
                     [&](const Walker& other) { return std::memcmp(&other, &walker, sizeof walker) == 0; }))
      all.push_back(walker);
  };
  const auto at = static_cast<std::uint8_t>(va);
  for (const Start& start : starts(cpu)) {
    if (start.upper != (va == kUpper)) continue;
    add(Walker{1, 0, at, kLevels, start.root, kWrite | kUser, start.tag, start.root});
    for (const Entry& entry : cpu.entries)
      if (entry.level > 1 && entry.tag == start.tag && entry.covers(va))
        add(Walker{1, 0, at, static_cast<std::uint8_t>(entry.level - 1), entry.page, entry.rights, entry.tag,
                   entry.origin});
  }
  return all;
}

// What a walk may find: memory's value, or that of its own CPU's latest waiting store; only the latter after a DSB NSH.
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
  if (!found || waiting == in_memory) return {in_memory};
  if (forced) return {waiting};
  return {in_memory, waiting};
}

// The entry that the valid descriptor `pte`, read by `walker`, would be cached as.
Entry Machine::made(const Walker& walker, Pte pte) const {
  Entry entry;
  const bool leaf = walker.level == 1;
  entry.tag = leaf && (pte.bits & kGlobal) != 0 ? kGlobalTag : walker.tag;
  entry.level = walker.level;
  bool both = walker.va != kUpper;
  for (unsigned level = walker.level; level <= kLevels; ++level) both = both && !kernel_.distinguishes(level);
  entry.va = both ? kBothLower : walker.va;
  entry.page = pte.page;
  entry.rights = static_cast<std::uint8_t>(walker.rights & pte.bits & (kWrite | kUser));
  if (leaf) entry.rights = static_cast<std::uint8_t>(entry.rights | (pte.bits & kType));
  entry.origin = walker.origin;
  return entry;
}

Walker Machine::further(const Walker& walker, const Entry& entry) const {
  Walker next = walker;
  next.level = static_cast<std::uint8_t>(walker.level - 1);
  next.table = entry.page;
  next.rights = entry.rights;
  return next;
}

namespace {
// A descriptor that faults is not cached: an invalid one, a page's without AF.
bool faults(const Walker& walker, Pte pte) {
  return (pte.bits & kValid) == 0 || (walker.level == 1 && (pte.bits & kAccessed) == 0);
}
}  // namespace

// Everything that `walker` may read from here on.
void Machine::own(const Cpu& cpu, const State& state, const Walker& walker,
                  const std::function<void(const Entry&)>& see) const {
  for (const Pte pte : readable(cpu, state, walker.table, kernel_.slot(walker.level, walker.va))) {
    if (faults(walker, pte)) continue;
    const Entry entry = made(walker, pte);
    see(entry);
    if (walker.level > 1) own(cpu, state, further(walker, entry), see);
  }
}

bool Machine::walks_unasked(unsigned va) const {
  if (va == kUpper && !kernel_.upper) return false;
  if (!kernel_.two_cpus || kernel_.split || va == 0) return true;
  for (const auto& list : kernel_.lists)
    for (const Op& op : list) {
      if (op.kind == OpKind::Access && op.va == va) return true;
      if (op.kind == OpKind::Store && (va == kUpper || (kPageList[op.page].level == 1 && op.slot == va))) return true;
    }
  return false;
}

// `with` sees the state without the new entry, and with it if there is room.
void Machine::insert(const State& state, const Entry& entry, const std::function<void(const State&)>& with) const {
  with(state);
  unsigned used = 0;
  for (const Entry& old : state.entries) {
    if (old.level != 0 && std::memcmp(&old, &entry, sizeof entry) == 0) return;
    used += old.level != 0 ? 1 : 0;
  }
  if (used >= capacity_ || used >= kCached) return;
  State filled = state;
  filled.entries[0] = entry;  // unused ones come first
  sort(filled);
  with(filled);
}

void Machine::walker_steps(const State& state, const Emit& emit) const {
  const Walker& walker = state.walker;
  const auto put = [&](State after, Step step) {
    settle(after);
    emit(after, step, 0);
  };
  if (walker.active == 0) {
    for (std::uint8_t va = 0; va < kVas; ++va) {
      if (!walks_unasked(va)) continue;
      for (const Walker& beginning : beginnings(state, va)) {
        State after = state;
        after.walker = beginning;
        put(after, {Step::Kind::StartWalk, va, beginning.level});
      }
    }
    return;
  }
  if (walker.demanded == 0) {
    State idle = state;
    idle.walker = Walker{};
    put(idle, {Step::Kind::Abandon, 0, 0});
  } else if (walker.level == 1) {
    return;  // the access reads the last level itself (instructions.cpp)
  }
  for (const Pte pte : readable(state, state, walker.table, kernel_.slot(walker.level, walker.va))) {
    if (faults(walker, pte)) continue;
    const Entry entry = made(walker, pte);
    State after = state;
    after.walker = walker.level == 1 ? Walker{} : further(walker, entry);
    if (walker.level == kLevels && two_at_once_) {
      put(after, {Step::Kind::ReadLevel, 0, pte.page});
      continue;
    }
    std::uint8_t kept = 0;
    insert(after, entry, [&](const State& s) { put(s, {Step::Kind::ReadLevel, kept++, pte.page}); });
  }
}

void Machine::evictions(const State& state, const Emit& emit) const {
  for (std::uint8_t i = 0; i < kCached; ++i) {
    if (state.entries[i].level == 0) continue;
    State after = state;
    after.entries[i] = Entry{};
    sort(after);
    emit(after, {Step::Kind::Evict, i, 0}, 0);
  }
}

}  // namespace shootdown::naive::arm64
