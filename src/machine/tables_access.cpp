// Translated accesses: which outcomes the hardware may choose among, and what each does (tables.hpp; x86/access.cpp has
// the same argument for that machine).
#include <algorithm>
#include <cassert>

#include "machine/tables.hpp"

namespace shootdown::machine {

std::vector<TableMachine::Candidate> TableMachine::candidates(const State& state, const Cpu& cpu, AccessKind kind,
                                                              bool user, std::uint64_t va) const {
  std::vector<Candidate> result;
  std::vector<Start> through;
  for (const Start& start : starts(cpu))
    if (serves(start, cpu, va, user)) through.push_back(start);
  const auto foreign = [&](const Candidate& candidate) {
    const std::uint64_t space = state.ghost.address_space(candidate.entry.origin);
    return std::none_of(through.begin(), through.end(),
                        [&](const Start& start) { return state.ghost.address_space(start.root) == space; });
  };
  const auto add = [&](const Candidate& candidate) {
    for (Candidate& known : result) {
      const bool same =
          known.fault == candidate.fault && known.unsupported == candidate.unsupported &&
          (candidate.fault ? known.code == candidate.code
                           : known.entry.target - known.entry.va == candidate.entry.target - candidate.entry.va &&
                                 known.sets_accessed == candidate.sets_accessed &&
                                 known.sets_dirty == candidate.sets_dirty && known.older == candidate.older);
      if (!same) continue;
      // Of translations with one effect the least suspect stands for all: they cannot be told apart.
      const bool cleaner = known.entry.dangling != candidate.entry.dangling ? known.entry.dangling
                                                                            : foreign(known) && !foreign(candidate);
      if (!known.fresh && (candidate.fresh || cleaner)) known = candidate;
      return;
    }
    result.push_back(candidate);
  };

  const auto of_tag = [&](const Entry& entry) {
    return (entry.leaf && entry.tag == kGlobalTag) ||
           std::any_of(through.begin(), through.end(), [&](const Start& start) { return start.tag == entry.tag; });
  };

  std::vector<Entry> root_leaves, walk_leaves, older_leaves;
  std::vector<WalkEnd> ends;
  const auto take = [&](bool at_root) {
    for (const WalkEnd& end : ends) {
      if (end.last.kind == Decoded::Kind::Unsupported) {
        Candidate refused;
        refused.unsupported = end.last.unsupported;
        refused.fresh = at_root;
        add(refused);
      } else if (end.last.kind == Decoded::Kind::Fault) {
        if (!end.newest && faults_after_own_stores(cpu, kind)) continue;
        Candidate missing;
        missing.fault = true;
        missing.code = end.last.fault;
        missing.fresh = missing.explained = at_root;
        add(missing);
      } else if (end.older_leaf) {
        if (!end.exchange) older_leaves.push_back(end.last.entry);
      } else {
        walk_leaves.push_back(end.last.entry);
        if (at_root && !end.older) root_leaves.push_back(end.last.entry);
      }
    }
    ends.clear();
  };
  for (const Start& start : through) {
    walks_from(state, cpu, start.table, va, ends);
    take(true);
  }
  for (const Entry& entry : cpu.tlb.entries()) {
    if (entry.leaf || !of_tag(entry) || !covers(entry, va) || !holds(Rule::StalePrefixWalks)) continue;
    walks_from(state, cpu, below(entry), va, ends);
  }
  take(false);
  // An intermediate entry that was removed, and is used until this CPU synchronises.
  const TlbSet* more = unsynchronised(cpu, kind);
  std::vector<Entry> below_removed;
  if (more != nullptr)
    for (const Entry& entry : more->entries()) {
      if (entry.leaf || !of_tag(entry) || !covers(entry, va)) continue;
      walks_from(state, cpu, below(entry), va, ends);
      for (const WalkEnd& end : ends)
        if (end.last.kind == Decoded::Kind::Entry) {
          Entry leaf = end.last.entry;
          leaf.tag = leaf.global ? kGlobalTag : entry.tag;
          leaf.origin = entry.origin;
          leaf.dangling = entry.dangling || state.ghost.page_use(leaf.target + (va - leaf.va)) == PageUse::Freed;
          // What was found there before its page was freed is found once more.
          for (const TlbSet* set : {&cpu.tlb, more})
            for (const Entry& known : set->entries())
              leaf.dangling = leaf.dangling || (known.dangling && known.same_hardware(leaf));
          below_removed.push_back(leaf);
        }
      take(false);
    }

  const auto same_translation = [](const Entry& a, const Entry& b) {
    return a.level == b.level && a.target == b.target && a.user == b.user && a.write == b.write &&
           a.no_execute == b.no_execute && a.attributes == b.attributes;
  };
  const auto consider = [&](const Entry& entry) {
    if (!entry.leaf || !of_tag(entry) || !covers(entry, va)) return;
    if (const char* what = refused(entry)) {
      Candidate refusal;
      refusal.unsupported = what;
      return add(refusal);
    }
    const auto now = std::find_if(root_leaves.begin(), root_leaves.end(),
                                  [&](const Entry& leaf) { return same_translation(leaf, entry); });
    Candidate candidate;
    candidate.entry = entry;
    candidate.fresh = candidate.explained = now != root_leaves.end();
    if (!candidate.fresh && !holds(Rule::HitMayBeOld)) return;
    candidate.sets_dirty = makes_dirty(cpu, entry, kind, user);
    if (!candidate.sets_dirty && !permitted(cpu, entry, kind, user)) {
      candidate.fault = true;
      candidate.code = permission_fault(entry.level);
      add(candidate);
      return;
    }
    // What has to change in memory is looked up again: only a walk's outcome can change it.
    const auto walked = [&](const std::vector<Entry>& leaves) {
      return std::any_of(leaves.begin(), leaves.end(),
                         [&](const Entry& leaf) { return same_translation(leaf, entry) && leaf.dirty == entry.dirty; });
    };
    if (candidate.sets_dirty && walked(older_leaves)) {
      Candidate lost = candidate;
      lost.sets_dirty = false;
      lost.older = true;
      add(lost);
    }
    if (candidate.sets_dirty && !walked(walk_leaves)) return;
    if (!candidate.explained)
      candidate.explained = std::any_of(root_leaves.begin(), root_leaves.end(), [&](const Entry& leaf) {
        return leaf.level == entry.level && leaf.target == entry.target && permitted(cpu, leaf, kind, user);
      });
    candidate.entry.dangling = entry.dangling && !candidate.explained && ever_freed(state, entry, va);
    candidate.sets_accessed = !entry.accessed && candidate.fresh && !now->accessed;
    add(candidate);
  };
  for (const Entry& entry : cpu.tlb.entries()) consider(entry);
  for (const Entry& entry : below_removed) consider(entry);
  if (more != nullptr)
    for (const Entry& entry : more->entries()) consider(entry);

  const auto stale = [](const Candidate& candidate) { return !candidate.fresh && !candidate.fault; };
  if (!holds(Rule::HitMayBeNew) && std::any_of(result.begin(), result.end(), stale))
    std::erase_if(result, [](const Candidate& candidate) { return candidate.fresh; });
  return result;
}

Outcome TableMachine::access(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, unsigned bytes,
                             Chooser& chooser) {
  Cpu& c = state.cpus[cpu];
  if (starts(c).empty()) return unsupported("a translated access with translation off");
  if (bytes == 0 || bytes > 8 || (bytes & (bytes - 1)) != 0) return unsupported("a translated access of this width");
  if (va % kPageBytes + bytes > kPageBytes) return unsupported("a translated access that crosses a page");
  // The set is closed. Without a rule that closes it, the access is what fills it.
  if (!holds(Rule::FillWithoutAccess) || !holds(Rule::FillAfterEveryStore) || !holds(Rule::FillAfterCut) ||
      !holds(Rule::EveryCpuFills))
    close(state, c);

  const std::vector<Candidate> choices = candidates(state, c, kind, user, va);
  if (choices.empty()) return raise(state, cpu, kind, user, va, decode(c, 0, Table{}, va).fault);
  const Candidate& chosen = choices[choices.size() == 1 ? 0 : chooser.pick(static_cast<unsigned>(choices.size()))];
  if (chosen.unsupported != nullptr) return unsupported(chosen.unsupported);
  if (chosen.fault) {
    cut_fault(state, c, va);
    Outcome outcome = raise(state, cpu, kind, user, va, chosen.code);
    outcome.tlb_changed = true;
    return outcome;
  }
  Access access;
  access.cpu = cpu;
  access.kind = kind;
  access.user = user;
  access.va = va;
  access.bytes = bytes;
  access.entry = chosen.entry;
  access.physical = chosen.entry.target + (va - chosen.entry.va);
  access.fresh = chosen.explained;
  access.needs_write = kind == AccessKind::Store && needs_write(user);
  if (chosen.sets_accessed || chosen.sets_dirty) {
    // The walk that the outcome stands for: from a root if that gives it, else from the cached entry that does.
    WalkEnd walk;
    const auto gives = [&](const Table& table) {
      walk = walk_from(state, c, table, va);
      return walk.last.kind == Decoded::Kind::Entry && walk.last.entry.target == chosen.entry.target &&
             walk.last.entry.attributes == chosen.entry.attributes;
    };
    bool found = false;
    for (const Start& start : starts(c))
      if (!found && serves(start, c, va, user)) found = gives(start.table);
    for (const Entry& entry : c.tlb.entries())
      if (!found && !entry.leaf && covers(entry, va)) found = gives(below(entry));
    if (found) {
      const std::uint64_t at = walk.entries.back(), before = read_pte(state, at);
      std::uint64_t after = before;
      if (chosen.sets_accessed && holds(Rule::AccessedSetByUse)) after |= accessed_bits(c);
      if (chosen.sets_dirty && holds(Rule::DirtySetByWrite)) after = dirty_pte(after);
      if (after != before) {
        if (claimed(state, at)) {
          Outcome waits;
          waits.kind = Outcome::Kind::Waits;
          return waits;
        }
        write_pte(state, at, after);
        memory_changed(state, at);
      }
    }
  }
  const bool forgets = chosen.fresh && (monotone_ || !holds(Rule::OldAfterNew));
  if (forgets) {
    const Entry used = chosen.entry;
    const auto older = [&](const Entry& entry) {
      return entry.leaf && (entry.tag == used.tag || entry.tag == kGlobalTag) && covers(entry, used.va) &&
             !entry.same_hardware(used);
    };
    c.tlb.remove_if(older);
    c.unsynchronised_data.remove_if(older);
    c.unsynchronised_fetch.remove_if(older);
  }
  Outcome outcome;
  outcome.kind = Outcome::Kind::Accessed;
  outcome.access = access;
  outcome.tlb_changed = chosen.sets_accessed || chosen.sets_dirty || forgets;
  return outcome;
}

std::optional<Outcome> TableMachine::translated(State& state, unsigned cpu, Operation op,
                                                std::span<const std::uint64_t> arguments, Chooser& chooser) {
  const auto width = [&] { return static_cast<unsigned>(arguments[1]); };
  switch (op) {
    case Operation::UserLoad: return access(state, cpu, AccessKind::Load, true, arguments[0], width(), chooser);
    case Operation::UserStore: return access(state, cpu, AccessKind::Store, true, arguments[0], width(), chooser);
    case Operation::UserFetch: return access(state, cpu, AccessKind::Fetch, true, arguments[0], 1, chooser);
    case Operation::KernelLoad: return access(state, cpu, AccessKind::Load, false, arguments[0], width(), chooser);
    case Operation::KernelStore: return access(state, cpu, AccessKind::Store, false, arguments[0], width(), chooser);
    case Operation::KernelFetch: return access(state, cpu, AccessKind::Fetch, false, arguments[0], 1, chooser);
    default: return std::nullopt;
  }
}

}  // namespace shootdown::machine
