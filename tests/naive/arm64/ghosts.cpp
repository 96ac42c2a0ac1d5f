// What the properties say of a step or a state, and what has to be remembered for them.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::arm64 {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }
bool freed(const State& state, unsigned page) { return ((state.freed >> page) & 1) != 0; }

// The place of an outcome in a set of 8: user, write, type.
unsigned place(std::uint8_t rights) {
  return ((rights & kUser) != 0 ? 1u : 0) | ((rights & kWrite) != 0 ? 2u : 0) | ((rights & kType) != 0 ? 4u : 0);
}
std::uint8_t rights_at(unsigned place) {
  return static_cast<std::uint8_t>(((place & 1) != 0 ? kUser : 0) | ((place & 2) != 0 ? kWrite : 0));
}
// Does a set of outcomes with one page have one that lets `op` through?
bool any_permits(std::uint8_t outcomes, const Op& op) {
  for (unsigned at = 0; at < 8; ++at)
    if (((outcomes >> at) & 1) != 0 && permits(rights_at(at), op)) return true;
  return false;
}

}  // namespace

bool permits(std::uint8_t rights, const Op& op) {
  return (!op.user || (rights & kUser) != 0) && (!op.flag || (rights & kWrite) != 0);
}

// The translations that a root's own tables in memory give now: one or none.
std::vector<Entry> Machine::reach(const State& state, std::uint8_t root, unsigned va) const {
  std::vector<Entry> found;
  Walk walk{static_cast<std::uint8_t>(va), kLevels, root, kWrite | kUser, 0, root};
  own(Cpu{}, state, walk, [&](const Entry& entry) {
    if (entry.level == 1) found.push_back(entry);
  });
  return found;
}

void Machine::note_allowed(State& state) const {
  for (std::uint8_t root = 0; root < kRoots; ++root)
    for (unsigned va = 0; va < kVas; ++va)
      if (((state.revoked >> (root * kVas + va)) & 1) != 0)
        for (const Entry& entry : reach(state, root, va))
          state.allowed[root][va][entry.page] =
              static_cast<std::uint8_t>(state.allowed[root][va][entry.page] | 1u << place(entry.rights));
}

void Machine::settle(State& state) const {
  settle_one(state);
  if (!kernel_.two_cpus) return;
  state.change_sides();
  settle_one(state);
  state.change_sides();
}

void Machine::settle_one(State& state) const {
  for (const Start& start : starts(state)) {
    for (std::uint8_t va = 0; va < kVas; ++va) {
      if (start.upper != is_upper(va)) continue;
      Walk walk{va, kLevels, start.root, kWrite | kUser, start.tag, start.root};
      own(state, state, walk, [&](const Entry& entry) {
        for (Entry& old : state.entries)
          if (old.level == entry.level && old.tag == entry.tag && old.va == entry.va && old.page == entry.page &&
              old.rights == entry.rights && old.held == 0)
            old.origin = entry.origin;
        if (entry.level != 1) return;
        const auto mask = static_cast<std::uint8_t>(1u << place(entry.rights));
        for (unsigned root = 0; root < kRoots; ++root) {
          std::uint8_t& given = state.given[root][entry.tag][va][entry.page];
          given = static_cast<std::uint8_t>(root == start.root ? given | mask : given & ~mask);
        }
      });
    }
  }
  // Entries of equal content are one: they carry one ghost.
  for (Entry& entry : state.entries)
    if (entry.level == 1) entry.origin = static_cast<std::uint8_t>(origin(state, entry));
  sort(state);
}

unsigned Machine::origin(const Cpu& cpu, const Entry& entry) const {
  if (entry.held != 0 || entry.level > 1) return entry.origin;
  for (unsigned root = 0; root < kRoots; ++root)
    if (((cpu.given[root][entry.tag][entry.va][entry.page] >> place(entry.rights)) & 1) != 0) return root;
  return entry.origin;
}

unsigned Machine::judge(const State& state, const Op& op, const Entry& used) const {
  unsigned violated = 0;
  if (freed(state, used.page)) violated |= bit(kFreed);
  const auto revoked = [&](unsigned root) {
    return ((state.revoked >> (root * kVas + op.va)) & 1) != 0 &&
           !any_permits(state.allowed[root][op.va][used.page], op);
  };
  // What a walk of a root in use gives as well counts as that root's: nobody could tell the two apart.
  const std::uint8_t loaded = (is_upper(op.va) ? state.upper : state.lower).newest().page;
  bool fresh = false, fresh_revoked = true, superseded = true;
  for (const Start& start : starts(state)) {
    if (start.upper != is_upper(op.va)) continue;
    Walk walk{op.va, kLevels, start.root, kWrite | kUser, start.tag, start.root};
    own(state, state, walk, [&](const Entry& entry) {
      if (entry.level != 1 || entry.page != used.page) return;
      // Not that of a root that another one has been written after.
      superseded = superseded && start.root != loaded;
      if (!permits(entry.rights, op)) return;
      fresh = true;
      fresh_revoked = fresh_revoked && revoked(start.root);
    });
  }
  const unsigned from = origin(state, used);
  if (used.tag != kGlobalTag && from != loaded && (!fresh || superseded)) {
    std::uint8_t given = 0;
    for (const auto& tag : state.given[loaded]) given = static_cast<std::uint8_t>(given | tag[op.va][used.page]);
    if (!any_permits(given, op)) violated |= bit(kForeign);
  }
  if (fresh) return violated | (fresh_revoked ? bit(kRevoked) : 0);
  return violated | (revoked(from) ? bit(kRevoked) : 0);
}

unsigned Machine::violated_in(const State& state) const {
  unsigned violated = 0;
  for (const Cpu* cpu : {static_cast<const Cpu*>(&state), &state.other}) {
    if (cpu == &state.other && !kernel_.two_cpus) continue;
    const std::vector<Start> active = starts(*cpu);
    for (unsigned i = 0; i < kCached; ++i) {
      const Entry& a = cpu->entries[i];
      if (a.level == 0 || a.held != 0) continue;
      if (a.level > 1 && freed(state, a.page) &&
          std::any_of(active.begin(), active.end(), [&](const Start& start) { return start.tag == a.tag; }))
        violated |= bit(kFreed);
      // Break-before-make (Arm ARM, D8.16.1): two translations of one address, of one address space.
      for (unsigned j = i + 1; j < kCached; ++j) {
        const Entry& b = cpu->entries[j];
        if (a.level != b.level || b.held != 0 || a.va != b.va) continue;
        // Two readings of one table descriptor that limit rights differently (D8.4.1).
        if (a.level > 1 && a.tag == b.tag && a.page == b.page && a.rights != b.rights &&
            origin(*cpu, a) == origin(*cpu, b))
          violated |= bit(kBreakBeforeMake);
        if (a.level > 1) continue;
        const bool global = a.tag == kGlobalTag, other_global = b.tag == kGlobalTag;
        if (a.tag != b.tag && !global && !other_global) continue;
        const bool address = a.page != b.page && ((a.rights | b.rights) & kWrite) != 0;
        const bool type = ((a.rights ^ b.rights) & kType) != 0;
        if ((address || type || global != other_global) && origin(*cpu, a) == origin(*cpu, b))
          violated |= bit(kBreakBeforeMake);
      }
    }
  }
  return violated;
}

}  // namespace shootdown::naive::arm64
