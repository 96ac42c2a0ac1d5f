// A cache that is really there: an array of entries, ascending as bytes, so that equal caches are equal states. An
// unused entry has level 0 and is all zeros, so these come first.
#pragma once

#include <algorithm>
#include <cstring>

namespace shootdown::naive {

template <class Entries>
void sort_entries(Entries& entries) {
  using Entry = typename Entries::value_type;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::memcmp(&a, &b, sizeof a) < 0; });
}

// `with(entries)`: each cache that comes of putting `entry` into `entries`, of which at most `capacity` are used: it
// takes a free place, or that of any other. None if it is there already.
template <class Entries, class With>
void insert_entry(const Entries& entries, unsigned capacity, const typename Entries::value_type& entry,
                  const With& with) {
  unsigned used = 0;
  for (const auto& old : entries) {
    if (old.level != 0 && std::memcmp(&old, &entry, sizeof entry) == 0) return;
    used += old.level != 0 ? 1 : 0;
  }
  const bool room = used < capacity && used < entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (room ? i != 0 : entries[i].level == 0) continue;
    Entries after = entries;
    after[i] = entry;
    sort_entries(after);
    with(after);
  }
}

}  // namespace shootdown::naive
