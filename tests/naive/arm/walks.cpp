// The naive machine's walks, what they leave in its TLB, and what takes it away (DDI 0198, chapter 3, 2.3.10).
#include "../common/cache.hpp"
#include "machine.hpp"

namespace shootdown::naive::arm {

WalkEnd Machine::walk(const State& state, std::uint8_t root, unsigned va) const {
  const auto made = [&](std::uint8_t level, Pte pte) {
    bool both = true;
    for (unsigned at = level; at <= kFirstLevel; ++at) both = both && !kernel_.distinguishes(at);
    return WalkEnd{
        {level, both ? kBoth : static_cast<std::uint8_t>(va), pte.page, static_cast<std::uint8_t>(ap_of(pte))}, 0};
  };
  const Pte first = state.memory[root][kernel_.slot(kFirstLevel, va)];
  if ((first.bits & kValid) == 0) return {{}, kSectionTranslation};
  if (kPageList[first.page].level == kSection) return made(kFirstLevel, first);
  const Pte second = state.memory[first.page][kernel_.slot(1, va)];
  if ((second.bits & kValid) == 0) return {{}, kPageTranslation};
  return made(1, second);
}

// For any address, at any time.
void Machine::walks(const State& state, const Emit& emit) const {
  if (state.on == 0) return;
  for (std::uint8_t va = 0; va < kVas; ++va) {
    const Entry entry = walk(state, state.root, va).entry;
    if (entry.level == 0) continue;
    insert_entry(state.entries, capacity_, entry, [&](const auto& entries) {
      State after = state;
      after.entries = entries;
      emit(after, {Step::Kind::Walk, va, entry.level, entry.page}, 0);
    });
  }
}

// Everything, or what covers an address: a section's entry by any address in the section.
void Machine::invalidate(State& state, const Op& op) const {
  const auto goes = [&](const Entry& entry) { return op.kind == OpKind::InvalidateAll || entry.covers(op.va); };
  for (Entry& entry : state.entries)
    if (goes(entry)) entry = Entry{};
  sort_entries(state.entries);
  for (auto& of_root : state.given)
    for (unsigned va = 0; va < kVas; ++va)
      for (std::uint8_t page = 0; page < kPages; ++page) {
        const bool section = kPageList[page].level == kSection;
        const Entry entry{1, section && !kernel_.split ? kBoth : static_cast<std::uint8_t>(va), page, 0};
        if (goes(entry)) of_root[va][page] = 0;
      }
  settle(state);
}

}  // namespace shootdown::naive::arm
