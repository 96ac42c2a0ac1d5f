// The naive machine's caches, walker and control registers.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive {
namespace {

void sort(State& state) {
  std::sort(state.entries.begin(), state.entries.end(),
            [](const Entry& a, const Entry& b) { return std::memcmp(&a, &b, sizeof a) < 0; });
}

template <class Predicate>
void remove(State& state, Predicate predicate) {
  for (Entry& entry : state.entries)
    if (entry.level != 0 && predicate(entry)) entry = Entry{};
  sort(state);
}

bool freed(const State& state, std::uint8_t page) { return ((state.freed >> page) & 1) != 0; }

bool same_content(const Entry& a, const Entry& b) {
  return a.tag == b.tag && a.level == b.level && a.va == b.va && a.page == b.page && a.rights == b.rights;
}

// A set with the outcome of `entry`, or none.
std::uint64_t outcome(const Entry& entry) {
  if (entry.level == 0) return 0;
  return std::uint64_t{1} << (entry.page * 4 + ((entry.rights & kUser) != 0 ? 2 : 0) +
                              ((entry.rights & kWrite) != 0 ? 1 : 0));
}

}  // namespace

// The entry that the table entry `pte`, read at `level` in a walk with `rights` so far, would be cached as.
Entry Machine::made(const State& state, unsigned level, unsigned va, std::uint8_t rights, Pte pte,
                    std::uint8_t origin) const {
  Entry entry;
  const bool global = level == 1 && (pte.bits & kGlobal) != 0 && state.pge != 0;
  entry.tag = global ? kGlobalTag : state.pcid;
  entry.level = static_cast<std::uint8_t>(level);
  bool both = true;
  for (unsigned l = level; l <= kernel_.levels(); ++l) both = both && !kernel_.distinguishes(l);
  entry.va = both ? kEveryVa : static_cast<std::uint8_t>(va);
  entry.page = pte.page;
  entry.rights = static_cast<std::uint8_t>(rights & pte.bits & (kWrite | kUser));
  if (level == 1) entry.rights = static_cast<std::uint8_t>(entry.rights | (pte.bits & kDirty));
  entry.origin = origin;
  entry.tainted = freed(state, pte.page) ? kEveryKind : 0;
  return entry;
}

// Where a walk of `root` for `va` ends now: a translation, or level 0.
Entry Machine::reach(const State& state, unsigned root, unsigned va) const {
  std::uint8_t table = static_cast<std::uint8_t>(root), rights = kWrite | kUser;
  for (unsigned level = kernel_.levels();; --level) {
    const Pte pte = state.memory[table][kernel_.slot(level, va)];
    if ((pte.bits & kPresent) == 0) return Entry{};
    const Entry entry = made(state, level, va, rights, pte, static_cast<std::uint8_t>(root));
    if (level == 1) return entry;
    table = entry.page;
    rights = entry.rights;
  }
}

// Ghost only. An entry which the loaded root's own tables give at this moment counts as filled from them: nobody could
// tell it from one that was. An access by an older entry that leads to the same page under the same tag, and is of a
// kind that the tables' own entry permits, cannot be told from one by that entry either; a store by that entry, if D is
// 0, looks at the tables again.
void Machine::settle(State& state) const {
  settle_one(state);
  if (!kernel_.two_cpus) return;
  state.change_sides();
  settle_one(state);
  state.change_sides();
}

void Machine::settle_one(State& state) const {
  if (state.off != 0) return;
  const auto adopt = [&](const Entry& own) {
    for (Entry& entry : state.entries)
      if (entry.level != 0 && same_content(entry, own)) {
        entry.origin = own.origin;
        entry.tainted = own.tainted;
      } else if (entry.level == 1 && own.level == 1 && entry.tag == own.tag && entry.va == own.va &&
                 entry.page == own.page && own.tainted == 0) {
        for (unsigned kind = 0; kind < 4; ++kind)
          if (permits(own, kind >= 2, kind % 2 != 0) && (kind % 2 == 0 || (own.rights & kDirty) != 0))
            entry.tainted = static_cast<std::uint8_t>(entry.tainted & ~(1u << kind));
      }
  };
  for (unsigned va = 0; va < kVas; ++va) {
    std::uint8_t table = state.root, rights = kWrite | kUser;
    for (unsigned level = kernel_.levels(); level > 0; --level) {
      if (state.walker.active != 0 && state.walker.va == va && state.walker.level == level &&
          state.walker.table == table && state.walker.rights == rights)
        state.walker.origin = state.root;
      const Pte pte = state.memory[table][kernel_.slot(level, va)];
      if ((pte.bits & kPresent) == 0) break;
      const Entry own = made(state, level, va, rights, pte, state.root);
      adopt(own);
      if (level == 1 && own.tainted == 0) {
        state.given[va] |= outcome(own);
        if ((own.rights & kDirty) != 0) state.given_dirty[va] |= outcome(own);
      }
      table = own.page;
      rights = own.rights;
    }
  }
  sort(state);
}

// `with` sees the state without the new entry, and the state with it if there is room.
void Machine::insert(State& state, Entry entry, const std::function<void(const State&)>& with) const {
  settle(state);
  with(state);
  unsigned used = 0;
  for (const Entry& old : state.entries) {
    if (old.level != 0 && std::memcmp(&old, &entry, sizeof entry) == 0) return;
    used += old.level != 0;
  }
  if (used >= capacity_ || used >= kMaxEntries) return;
  State filled = state;
  filled.entries[0] = entry;  // unused ones come first
  settle(filled);
  with(filled);
}

// One processor: any page. Two: a page that is accessed somewhere, or for which a walk reads other tables.
bool Machine::walks_unasked(unsigned va) const {
  if (!kernel_.two_cpus || kernel_.split) return true;
  for (const auto& list : kernel_.lists)
    for (const Op& op : list)
      if (op.kind == OpKind::Access && op.va == va) return true;
  return va == 0;
}

void Machine::walker_steps(const State& state, const Emit& emit) const {
  const Walker& walker = state.walker;
  if (walker.active == 0) {
    // A speculative walk, for any address, from CR3 or from a cached prefix. An access that waits starts its own.
    for (std::uint8_t va = 0; va < kVas; ++va) {
      if (!walks_unasked(va)) continue;
      const auto start = [&](unsigned level, std::uint8_t table, std::uint8_t rights, std::uint8_t origin) {
        State after = state;
        after.walker = Walker{1, 0, va, static_cast<std::uint8_t>(level), table, rights, origin, 0};
        settle(after);
        emit(after, {Step::Kind::StartWalk, va, static_cast<std::uint8_t>(level)}, 0);
      };
      start(kernel_.levels(), state.root, kWrite | kUser, state.root);
      for (const Entry& entry : state.entries)
        if (entry.level > 1 && entry.tag == state.pcid && entry.covers(va))
          start(entry.level - 1u, entry.page, entry.rights, entry.origin);
    }
    return;
  }
  if (walker.demanded == 0) {
    State idle = state;
    idle.walker = Walker{};
    emit(idle, {Step::Kind::Abandon, 0, 0}, 0);
  } else if (walker.level == 1) {
    return;  // the access reads the last level itself (software.cpp)
  }
  for (const Pte pte : readable(state, walker.table, kernel_.slot(walker.level, walker.va))) {
    if ((pte.bits & kPresent) == 0) continue;  // never cached; a walk on demand faults (software.cpp)
    const Entry entry = made(state, walker.level, walker.va, walker.rights, pte, walker.origin);
    State after = state;
    if (walker.level == 1) {
      after.walker = Walker{};
    } else {
      after.walker.level = static_cast<std::uint8_t>(walker.level - 1);
      after.walker.table = entry.page;
      after.walker.rights = entry.rights;
    }
    std::uint8_t kept = 0;
    insert(after, entry, [&](const State& s) { emit(s, {Step::Kind::ReadLevel, kept++, 0}, 0); });
  }
}

void Machine::evictions(const State& state, const Emit& emit) const {
  for (std::uint8_t i = 0; i < kMaxEntries; ++i) {
    if (state.entries[i].level == 0) continue;
    State after = state;
    after.entries[i] = Entry{};
    sort(after);
    emit(after, {Step::Kind::Evict, i, 0}, 0);
  }
}

// SDM 3, 4.10.4.1, MOV to CR3. Returns false for #GP.
bool Machine::load_cr3(State& state, std::uint8_t root, std::uint8_t pcid, bool keep) const {
  if (keep && !kernel_.pcide) return false;
  state.walker = Walker{};
  if (!keep || root != state.root || pcid != state.pcid) state.given = state.given_dirty = {};
  if (!keep) remove(state, [&](const Entry& entry) { return entry.tag == pcid; });
  state.root = root;
  state.pcid = pcid;
  return true;
}

void Machine::load_cr4(State& state, bool pge) const {
  state.walker = Walker{};
  state.given = state.given_dirty = {};
  if ((state.pge != 0) != pge) remove(state, [](const Entry&) { return true; });
  state.pge = pge ? 1 : 0;
}

void Machine::invlpg(State& state, unsigned va) const {
  state.walker = Walker{};
  state.given[va] = state.given_dirty[va] = 0;
  remove(state, [&](const Entry& entry) {
    if (entry.level > 1) return entry.tag == state.pcid;
    return entry.covers(va) && (entry.tag == state.pcid || entry.tag == kGlobalTag);
  });
}

// Returns false for #UD or #GP.
bool Machine::invpcid(State& state, const Op& op) const {
  if (!kernel_.invpcid || op.type > 3) return false;
  if (op.type < 2 && op.pcid != 0 && !kernel_.pcide) return false;
  state.walker = Walker{};
  if (op.type == 0 && op.pcid == state.pcid) state.given[op.va] = state.given_dirty[op.va] = 0;
  if (op.type > 1 || (op.type == 1 && op.pcid == state.pcid)) state.given = state.given_dirty = {};
  remove(state, [&](const Entry& entry) {
    switch (op.type) {
      case 0: return entry.tag == op.pcid && entry.covers(op.va);
      case 1: return entry.tag == op.pcid;
      case 2: return true;
      default: return entry.tag != kGlobalTag;
    }
  });
  return true;
}

void Machine::write_memory(State& state, std::uint8_t page, unsigned slot, Pte pte) const {
  state.memory[page][slot] = pte.bits == 0 ? Pte{} : pte;
  // What the tables give from now on is allowed.
  for (unsigned root = 0; root < kRoots; ++root)
    for (unsigned va = 0; va < kVas; ++va)
      if (((state.revoked >> (root * kVas + va)) & 1) != 0) state.allowed[root][va] |= outcome(reach(state, root, va));
}

}  // namespace shootdown::naive
