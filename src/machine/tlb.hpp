// What a CPU may have cached: translations and intermediate table entries, as a set.
//
// A real TLB fills speculatively at any time, keeps an entry for ever, ignores it or drops it. The set holds everything
// that *could* be cached: it grows whenever memory, root or tag changes (the machine's close()), and is cut by exactly
// what an invalidation must remove. An access then picks among the members. HARDWARE.md 8.1 has the argument; the
// conditions it names are numbered where the code meets them.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

namespace shootdown::machine {

inline constexpr std::uint16_t kGlobalTag = 0xffff;

// In Entry::origin: the root is gone. What is built in the same page later is another address space.
inline constexpr std::uint64_t kFreedRoot = 1;

struct Entry {
  std::uint16_t tag = 0;                                 // PCID/ASID, or kGlobalTag
  std::uint8_t level = 1;                                // of the table entry it was made from: 1 = lowest
  bool leaf = true;                                      // a translation; else a pointer to the next table
  std::uint64_t va = 0;                                  // first address it covers
  std::uint64_t target = 0;                              // physical address of the page or table
  bool user = false, write = false, no_execute = false;  // rights, of all levels so far together
  bool global = false;                                   // the entry's global bit, even where it has no effect
  bool dirty = false;                                    // leaf: D was set
  bool accessed = true;                                  // A was set at every level
  std::uint8_t attributes = 0;                           // the architecture's own
  std::uint64_t table = 0;                               // s390: the table that its table entry stands in
  // Ghost, not part of what the hardware holds:
  bool dangling = false;     // its page or table was freed after the entry was made
  std::uint64_t origin = 0;  // physical address of the root it was walked from, plus kFreedRoot if its page was freed

  // Equal as hardware: all but the ghost.
  [[nodiscard]] bool same_hardware(const Entry& other) const {
    return tag == other.tag && level == other.level && leaf == other.leaf && va == other.va && target == other.target &&
           user == other.user && write == other.write && no_execute == other.no_execute && global == other.global &&
           dirty == other.dirty && accessed == other.accessed && attributes == other.attributes && table == other.table;
  }
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

class TlbSet;

// While one exists, what its thread takes out of TLB sets is noted in it: for whoever asks what an invalidation throws
// away (the sets close again at once, so that comparing before with after does not tell). They do not nest.
class RemovalLog {
 public:
  struct Removed {
    const TlbSet* set;
    Entry entry;
  };
  RemovalLog() { active_ = this; }
  ~RemovalLog() { active_ = nullptr; }
  RemovalLog(const RemovalLog&) = delete;
  RemovalLog& operator=(const RemovalLog&) = delete;
  [[nodiscard]] const std::vector<Removed>& removed() const { return removed_; }

 private:
  friend class TlbSet;
  static inline thread_local RemovalLog* active_ = nullptr;
  std::vector<Removed> removed_;
};

// Sorted by Entry's order, whose leading members are the hardware's: at most one entry of each hardware content.
class TlbSet {
 public:
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
  // Adds `entry`; returns true if its hardware content was not there. If it was, the ghost of the newcomer replaces
  // the old one when `replace_ghost`; its origin alone when `replace_origin`.
  bool add(const Entry& entry, bool replace_ghost, bool replace_origin = false) {
    Entry key = entry;
    key.dangling = false;
    key.origin = 0;
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), key);
    if (at != entries_.end() && at->same_hardware(entry)) {
      if (replace_ghost || replace_origin) at->origin = entry.origin;
      if (replace_ghost) at->dangling = entry.dangling;
      return false;
    }
    entries_.insert(at, entry);
    return true;
  }
  template <class Predicate>
  void remove_if(Predicate predicate) {
    if (RemovalLog::active_ != nullptr)
      for (const Entry& entry : entries_)
        if (predicate(entry)) RemovalLog::active_->removed_.push_back({this, entry});
    std::erase_if(entries_, predicate);
  }
  void clear() {
    remove_if([](const Entry&) { return true; });
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace shootdown::machine
