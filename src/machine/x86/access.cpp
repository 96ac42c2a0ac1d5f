// Translated accesses: which outcomes the hardware may choose among, and what each does.
//
// An access may use any cached translation of its page (leaf members of the set: a hit may be used, not must), or walk
// from the root or from any cached intermediate entry. Every walk that ends in a translation is itself a member,
// because the set is closed; walks that end in an entry that is not present are outcomes of their own (condition 5).
// Outcomes with the same effect are one. A translation with too few rights faults; the fault removes what it was
// caused by (condition 6). A write through a D = 0 translation reads the table again and sets D there, or faults
// (condition 7).
//
// Sources: SDM 3, 4.6 (rights), 4.7 (faults), 4.8 (A and D), 4.10.2 and 4.10.3 (use of cached entries).
#include <algorithm>
#include <cassert>

#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

bool X86::permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const {
  if (user && !entry.user && holds(Rule::UserNeedsUser)) return false;
  if (!user && entry.user && !holds(Rule::KernelMayUseUserPages)) return false;
  if (kind == AccessKind::Fetch) return !entry.no_execute || !holds(Rule::FetchNeedsNoNx);
  if (kind == AccessKind::Load) return !entry.no_execute || holds(Rule::LoadIgnoresNx);
  if (entry.write || !holds(Rule::StoreNeedsWrite)) return true;
  if (user) return false;
  return (cpu.x86.cr0 & kCr0Wp) == 0 ? holds(Rule::WpClearPermits) : !holds(Rule::WpSetProtects);
}

std::vector<X86::Candidate> X86::candidates(const State& state, const Cpu& cpu, AccessKind kind, bool user,
                                            std::uint64_t va, bool& mixed_sizes) const {
  const std::uint64_t code = (kind == AccessKind::Store && holds(Rule::ErrorCodeWrite) ? kPfWrite : 0) |
                             (user && holds(Rule::ErrorCodeUser) ? kPfUser : 0) |
                             (kind == AccessKind::Fetch && nx_ && holds(Rule::ErrorCodeFetch) ? kPfFetch : 0);
  const std::uint64_t protection = holds(Rule::ErrorCodePresent) ? kPfProtection : 0;
  const std::uint64_t reserved = protection | (holds(Rule::ErrorCodeReserved) ? kPfReserved : 0);
  const std::uint16_t current = tag(cpu);
  std::vector<Candidate> result;
  auto add = [&](const Candidate& candidate) {
    for (Candidate& known : result) {
      const bool same =
          known.fault == candidate.fault &&
          (candidate.fault
               ? known.error_code == candidate.error_code
               : known.entry.target - known.entry.va == candidate.entry.target - candidate.entry.va &&
                     known.sets_accessed == candidate.sets_accessed && known.sets_dirty == candidate.sets_dirty);
      if (!same) continue;
      // Of translations with one effect the least suspect stands for all: they cannot be told apart.
      const bool cleaner = known.entry.dangling && !candidate.entry.dangling;
      if (!known.fresh && (candidate.fresh || cleaner)) known = candidate;
      return;
    }
    result.push_back(candidate);
  };

  std::vector<Entry> root_leaves, walk_leaves;
  std::vector<WalkEnd> ends;
  auto take = [&](bool at_root) {
    for (const WalkEnd& end : ends) {
      if (!end.present) {
        add({true, code | (end.reserved ? reserved : 0), {}, at_root, false, false, at_root});
        continue;
      }
      walk_leaves.push_back(end.leaf);
      if (at_root) root_leaves.push_back(end.leaf);
    }
    ends.clear();
  };
  walks_from(state, cpu, root_table(cpu.x86.cr3), va, ends);
  take(true);
  for (const Entry& entry : cpu.tlb.entries()) {
    if (entry.leaf || entry.tag != current || !covers(entry, va) || !holds(Rule::StalePrefixWalks)) continue;
    walks_from(state, cpu, below(entry), va, ends);
  }
  take(false);
  auto walked_now = [&](const Entry& entry) {
    return std::any_of(walk_leaves.begin(), walk_leaves.end(), [&](const Entry& leaf) {
      return leaf.level == entry.level && leaf.target == entry.target && leaf.user == entry.user &&
             leaf.write == entry.write && leaf.no_execute == entry.no_execute && leaf.dirty == entry.dirty;
    });
  };
  unsigned level = 0;
  for (const Entry& entry : cpu.tlb.entries()) {
    if (!entry.leaf || (entry.tag != current && entry.tag != kGlobalTag) || !covers(entry, va)) continue;
    if (level != 0 && level != entry.level && holds(Rule::MixedSizesUndefined)) mixed_sizes = true;
    level = entry.level;
    const auto now = std::find_if(root_leaves.begin(), root_leaves.end(), [&](const Entry& leaf) {
      return leaf.level == entry.level && leaf.target == entry.target && leaf.user == entry.user &&
             leaf.write == entry.write && leaf.no_execute == entry.no_execute;
    });
    const bool fresh = now != root_leaves.end();
    if (!fresh && entry.tag == kGlobalTag && !holds(Rule::GlobalUnderEveryPcid)) continue;
    if (!permitted(cpu, entry, kind, user)) {
      if (fresh || holds(Rule::StaleRightsMayFault)) add({true, code | protection, entry, fresh, false, false, fresh});
      continue;
    }
    if (!fresh && !holds(Rule::HitMayBeOld)) continue;
    bool needs_dirty = (kind == AccessKind::Store || !holds(Rule::DirtyOnlyByWrite)) && !entry.dirty;
    if (!walked_now(entry)) {
      // D = 0 is looked up again: what the walk gives is a member itself.
      if (needs_dirty && holds(Rule::DirtyLookedUpAgain)) continue;
      needs_dirty = false;
      if (kind == AccessKind::Store && !holds(Rule::DirtyCachedNotLookedUp)) continue;
    }
    const bool leaf_is_now = fresh && now->dirty == entry.dirty;
    Entry used = entry;
    // A walk lets this access reach the same page now, whatever became of the page in the meantime.
    const bool explained =
        fresh || std::any_of(root_leaves.begin(), root_leaves.end(), [&](const Entry& leaf) {
          return leaf.level == entry.level && leaf.target == entry.target && permitted(cpu, leaf, kind, user);
        });
    used.dangling = entry.dangling && !explained && ever_freed(state, entry, va);
    add({false, 0, used, fresh, !entry.accessed && leaf_is_now && !now->accessed, needs_dirty, explained});
  }
  const auto stale = [](const Candidate& candidate) { return !candidate.fresh && !candidate.fault; };
  if (!holds(Rule::HitMayBeNew) && std::any_of(result.begin(), result.end(), stale))
    std::erase_if(result, [](const Candidate& candidate) { return candidate.fresh; });
  return result;
}

void X86::set_bits(State& state, const WalkEnd& walk, bool dirty) {
  for (std::size_t n = 0; n < walk.entries.size(); ++n) {
    const std::uint64_t at = walk.entries[n];
    const bool last = n + 1 == walk.entries.size();
    const std::uint64_t before = state.memory.read(map_, at, pte_bytes());
    const std::uint64_t after = before | (holds(Rule::AccessedSetByUse) ? kAccessed : 0) |
                                (last && dirty && holds(Rule::DirtySetByWrite) ? kDirty : 0);
    if (before == after) continue;
    state.memory.write(map_, at, pte_bytes(), after);
    memory_changed(state, at);
  }
}

void X86::forget_older(Cpu& cpu, const Entry& used) const {
  cpu.tlb.remove_if([&](const Entry& entry) {
    return entry.leaf && (entry.tag == used.tag || entry.tag == kGlobalTag) && covers(entry, used.va) &&
           !entry.same_hardware(used);
  });
}

Outcome X86::access(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, unsigned bytes,
                    Chooser& chooser) {
  Cpu& c = state.cpus[cpu];
  if (!root(c)) return unsupported("a translated access with CR0.PG = 0");
  if (bytes == 0 || bytes > 8 || (bytes & (bytes - 1)) != 0) return unsupported("a translated access of this width");
  if ((!canonical(va) || !canonical(va + bytes - 1)) && holds(Rule::NonCanonicalGp))
    return fault(kVectorGp, 0, "#GP", "access to a non-canonical address");
  if (va % kPageBytes + bytes > kPageBytes) return unsupported("a translated access that crosses a page");

  // The set is closed. Without a rule that closes it, the access is what fills it.
  if (!holds(Rule::FillWithoutAccess) || !holds(Rule::FillAfterEveryStore) || !holds(Rule::FillAfterCut) ||
      !holds(Rule::EveryCpuFills))
    close(state, c);

  bool mixed_sizes = false;
  const std::vector<Candidate> choices = candidates(state, c, kind, user, va, mixed_sizes);
  assert(!choices.empty() && "a walk from the root always has an outcome");
  const Candidate& chosen = choices[choices.size() == 1 ? 0 : chooser.pick(static_cast<unsigned>(choices.size()))];
  if (chosen.fault) {
    if (holds(Rule::FaultCr2)) c.x86.cr2 = va;
    cut_fault(state, c, va);
    Outcome outcome = fault(kVectorPf, chosen.error_code, "#PF",
                            (chosen.error_code & kPfReserved) != 0     ? "reserved bit set"
                            : (chosen.error_code & kPfProtection) != 0 ? "rights"
                                                                       : "not present");
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
  access.needs_write = kind == AccessKind::Store && (user || (c.x86.cr0 & kCr0Wp) != 0);
  access.mixed_sizes = mixed_sizes;
  if (chosen.sets_accessed || chosen.sets_dirty) {
    // The walk that the outcome stands for: from the root if that gives it, else from the cached entry that does.
    WalkEnd walk = walk_from(state, root_table(c.x86.cr3), va, large_pages(c));
    if (!walk.present || walk.leaf.target != chosen.entry.target) {
      for (const Entry& entry : c.tlb.entries()) {
        if (entry.leaf || entry.tag != tag(c) || !covers(entry, va)) continue;
        walk = walk_from(state, below(entry), va, large_pages(c));
        if (walk.present && walk.leaf.target == chosen.entry.target) break;
      }
    }
    set_bits(state, walk, chosen.sets_dirty);
  }
  const bool forgets = chosen.fresh && (monotone_ || !holds(Rule::OldAfterNew));
  if (forgets) forget_older(c, chosen.entry);
  Outcome outcome;
  outcome.kind = Outcome::Kind::Accessed;
  outcome.access = access;
  outcome.tlb_changed = chosen.sets_accessed || chosen.sets_dirty || forgets;
  return outcome;
}

}  // namespace shootdown::machine::x86
