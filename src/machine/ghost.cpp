// Ghost statements that look at tables and TLBs.
//
// revoked: what an access may use afterwards is "a translation that a walk of the address space's own tables yields
// then or later". The set of those outcomes is kept with the statement and grows with every change of a table, so the
// judgement at an access is one look-up, exact, and independent of where the translation was kept in the meantime.
#include <algorithm>
#include <tuple>

#include "machine/machine.hpp"

namespace shootdown::machine {

namespace {

std::optional<Allowed> outcome_of(const Machine& machine, const State& state, std::uint64_t root, std::uint64_t va) {
  const std::optional<Entry> leaf = machine.walk(state, root, va);
  if (!leaf || !machine.usable(*leaf)) return std::nullopt;
  const std::uint64_t offset = (va - leaf->va) & ~(kPageBytes - 1);
  return Allowed{leaf->target + offset, leaf->user, leaf->write, machine.fetchable(*leaf, true),
                 machine.fetchable(*leaf, false)};
}

void allow(std::vector<Allowed>& allowed, const Allowed& outcome) {
  const auto at = std::lower_bound(allowed.begin(), allowed.end(), outcome);
  if (at == allowed.end() || *at != outcome) allowed.insert(at, outcome);
}

}  // namespace

void Machine::revoke(State& state, bool everywhere, std::uint64_t root, std::uint64_t va) const {
  Revoked said{everywhere, root & ~(kPageBytes - 1), va & ~(kPageBytes - 1), {}};
  if (const auto outcome = outcome_of(*this, state, said.root, said.va)) said.allowed.push_back(*outcome);
  auto key = [](const Revoked& r) { return std::tuple(r.everywhere, r.root, r.va); };
  auto& all = state.ghost.revoked;
  const auto at = std::lower_bound(all.begin(), all.end(), said,
                                   [&](const Revoked& a, const Revoked& b) { return key(a) < key(b); });
  if (at != all.end() && key(*at) == key(said))
    *at = said;
  else
    all.insert(at, said);
}

void Machine::update_revoked(State& state) const {
  for (Revoked& said : state.ghost.revoked)
    if (const auto outcome = outcome_of(*this, state, said.root, said.va)) allow(said.allowed, *outcome);
}

void Machine::keep_dangling(const State& state, Cpu& cpu, const std::vector<Entry>& removed) const {
  for (const Entry& before : removed) {
    if (!before.dangling || !before.leaf) continue;
    const auto again = std::find_if(cpu.tlb.entries().begin(), cpu.tlb.entries().end(),
                                    [&](const Entry& entry) { return entry.same_hardware(before); });
    if (again == cpu.tlb.entries().end()) continue;
    // From the roots that an access there goes through: another one's tables have other addresses at the same places.
    const auto gives = [&](std::optional<std::uint64_t> root) {
      const std::optional<Entry> leaf = root ? walk(state, *root, before.va) : std::nullopt;
      return leaf && leaf->level == before.level && leaf->va == before.va && leaf->target == before.target;
    };
    if (!gives(root_for(cpu, before.va, true)) && !gives(root_for(cpu, before.va, false))) again->dangling = true;
  }
}

void Machine::page_freed(State& state, std::uint64_t address) const {
  const std::uint64_t page = address & ~(kPageBytes - 1);
  state.ghost.set_page_use(page, PageUse::Freed);
  // A freed root takes its address space's statements with it: another one may be built there.
  std::erase_if(state.ghost.revoked, [&](const Revoked& r) { return r.root == page; });
  std::erase_if(state.ghost.primary_root, [&](const auto& pair) { return pair.first == page; });
  std::erase(state.ghost.user_roots, page);
  std::erase_if(state.designations, [&](const auto& pair) { return pair.first == page; });
  for (Cpu& cpu : state.cpus)
    for (TlbSet* set : {&cpu.tlb, &cpu.unsynchronised_data, &cpu.unsynchronised_fetch})
      for (Entry& entry : set->entries()) {
        const std::uint64_t bytes = entry.leaf ? entry_bytes(entry) : table_bytes(entry);
        if (page + kPageBytes > entry.target && page < entry.target + bytes) entry.dangling = true;
        if (entry.origin == page) entry.origin |= kFreedRoot;
      }
}

}  // namespace shootdown::machine
