// What a store to a table takes time to end, for the walks of its own CPU.
//
//   store (0 -> entry) ............ DSB ............ context synchronization
//     alone     any earlier value    `--- a fault ---'    the entry
//     buffered  memory or buffer     `--- a fault ---'    the entry
//
// Where only one CPU has been started no store is kept in the store buffer: nobody could tell, but the CPU's own walks
// and TLBIs, which may come before an older store (Arm ARM, B2.3, D8.2.6). So memory gets the store at once, and the
// CPU keeps what was there. That gives the walks what a buffer would give them, without a step for each store that
// leaves it. What the CPU itself and ghost statements say of the tables is then of the newest, as it is in the buffer's
// model when its stores have left it, which may be any time.
//
// Deviation: no order among the stores is kept (DMB, store-release). A DMB holds back no walk.
//
// A fault may also be older than the DSB, which orders no walk: that of an access behind it may have been made before
// it. A context synchronization event has it made again; FEAT_ETS2 forbids it, but for fetches (Arm ARM, B2.3,
// DSB-ordered-before and ETS-ordered-before; I_WZCBG). An old translation is in the TLB's set, or was removed from
// there and is what registers.cpp's synchronization ends.
//
// What is stored while translation is off is in memory when it is turned on.
#include <algorithm>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

namespace {
bool may_fault(std::uint64_t descriptor) { return (descriptor & kValid) == 0 || (descriptor & kAf) == 0; }
}  // namespace

bool Arm64::faults_later(const Cpu& cpu) const {
  return (!features(cpu).ets2 || fetches_) && holds(Rule::Arm64FaultUntilSync);
}

void Arm64::before_write(State& state, unsigned cpu, std::uint64_t address, unsigned bytes, bool buffered) const {
  Cpu& c = state.cpus[cpu];
  if ((c.arm64.sctlr & kSctlrM) == 0 || !map_.walked(address)) return;
  if (!buffered && !holds(Rule::Arm64OwnWalksMissStores)) return;
  const bool late_faults = faults_later(c);
  for (std::uint64_t word = address & ~std::uint64_t{7}; word < address + bytes; word += 8) {
    const Older older{buffered ? Older::Until::DsbOnly : Older::Until::Dsb, word,
                      read_through_buffer(state.memory, map_, c, word, 8)};
    if (buffered && (!late_faults || !may_fault(older.value))) continue;
    const auto at = std::lower_bound(c.older.begin(), c.older.end(), older);
    if (at == c.older.end() || *at != older) c.older.insert(at, older);
  }
}

// What may be found until the DSB only as a fault is so afterwards as well, or not at all.
void Arm64::older_at_dsb(Cpu& cpu) const {
  const bool late_faults = faults_later(cpu);
  std::erase_if(cpu.older, [&](const Older& older) { return !late_faults || !may_fault(older.value); });
  for (Older& older : cpu.older) older.until = Older::Until::Sync;
  std::sort(cpu.older.begin(), cpu.older.end());
  cpu.older.erase(std::unique(cpu.older.begin(), cpu.older.end()), cpu.older.end());
}

void Arm64::older_at_synchronisation(Cpu& cpu) const {
  std::erase_if(cpu.older, [](const Older& older) { return older.until == Older::Until::Sync; });
}

void Arm64::starts_cpu(State& state, unsigned cpu) const { older_at_dsb(state.cpus[cpu]); }

}  // namespace shootdown::machine::arm64
