// What a store to a table takes time to end, for the walks of its own CPU and behind its TLBIs.
//
//   store (0 -> entry) ............ DSB ............ context synchronization
//     alone     any earlier value    `--- a fault ---'    the entry
//     buffered  memory or buffer     `--- a fault ---'    the entry
//     left      any earlier value    `--- a fault ---'    the entry
//
// left: other accesses have made it leave the buffer (an atomic that orders all, a DMB and a load), so that other CPUs
// see it. No walk, and no TLBI, is ordered behind a store by anything but a DSB of its CPU, so a TLBI that comes behind
// it in the program may have taken effect before it, and whoever performs that TLBI may have walked in between. So a
// TLBI takes along what it may miss, and that is cached again when another CPU performs it.
//
// Another CPU's TLBI, performed here, ends what this CPU's own walks may miss. If that CPU has sent it knowing of the
// store, what a walk without the store finds is what the TLBI removes. If not, the store might as well have left after
// it.
//
// Where only one CPU has been started no store is kept in the store buffer: nobody could tell, but the CPU's own walks
// and TLBIs, which may come before an older store (Arm ARM, B2.3, D8.2.6). So memory gets the store at once, and the
// CPU keeps what was there. That gives the walks what a buffer would give them, without a step for each store that
// leaves it. What the CPU itself and ghost statements say of the tables is then of the newest, as it is in the buffer's
// model when its stores have left it, which may be any time.
//
// Deviation: no order among the stores is kept (DMB, store-release): what is missed may be a younger store and not the
// older one, by other CPUs' walks as well. A DMB holds back no walk.
//
// A fault may also be older than the DSB, which orders no walk: that of an access behind it may have been made before
// it. A context synchronization event has it made again; FEAT_ETS2 forbids it, but for fetches (Arm ARM, B2.3,
// DSB-ordered-before and ETS-ordered-before; I_WZCBG). An old translation is in the TLB's set, or was removed from
// there and is what registers.cpp's synchronization ends.
//
// It does not last for ever: a store is seen at some time without a DSB too (settle). Nothing but the search for
// livelocks asks for that step, as all that it does is to take possibilities away.
#include <algorithm>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

// By itself, or what hangs below it.
bool Arm64::may_fault(std::uint64_t descriptor) const {
  return (descriptor & kValid) == 0 || (descriptor & kAf) == 0 ||
         ((descriptor & kTable) != 0 && map_.walked(descriptor & kAddress));
}

bool Arm64::faults_later(const Cpu& cpu) const {
  return (!features(cpu).ets2 || fetches_) && holds(Rule::Arm64FaultUntilSync);
}

void Arm64::before_write(State& state, unsigned cpu, std::uint64_t address, unsigned bytes, std::uint64_t value,
                         bool buffered, bool exchange) const {
  Cpu& c = state.cpus[cpu];
  if (!map_.walked(address) || (!buffered && !holds(Rule::Arm64OwnWalksMissStores))) return;
  const bool late_faults = faults_later(c);
  const auto keep = [&](const Older& older) {
    const auto at = std::lower_bound(c.older.begin(), c.older.end(), older);
    if (at == c.older.end() || *at != older) c.older.insert(at, older);
  };
  // Of two stores to the halves of a word the second may be found without the first.
  if (!buffered && bytes < 8) {
    const unsigned shift = 8 * static_cast<unsigned>(address & 7);
    const std::uint64_t mask = ((std::uint64_t{1} << (8 * bytes)) - 1) << shift;
    for (Older older : std::vector<Older>(c.older)) {
      if (older.address != (address & ~std::uint64_t{7})) continue;
      if (older.until != Older::Until::Dsb && older.until != Older::Until::Elsewhere) continue;
      older.value = (older.value & ~mask) | (value << shift & mask);
      keep(older);
    }
  }
  for (std::uint64_t word = address & ~std::uint64_t{7}; word < address + bytes; word += 8) {
    const std::uint64_t before =
        buffered ? read_through_buffer(state.memory, map_, c, word, 8) : state.memory.read(map_, word, 8);
    if (buffered && (!late_faults || !may_fault(before))) continue;
    keep({buffered ? Older::Until::DsbOnly : Older::Until::Dsb, word, before, !buffered && exchange});
  }
}

namespace {
// From here on only a fault may come of `older`, until the next context synchronization event.
void ends(Older& older) {
  older.until = Older::Until::Sync;
  older.exchange = false;
}
void tidy(std::vector<Older>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}
}  // namespace

void Arm64::store_leaves(State& state, unsigned cpu, const BufferedStore& store) const {
  if (state.memory.read(map_, store.address, store.bytes) == store.value) return;
  before_write(state, cpu, store.address, store.bytes, store.value, false, store.exclusive);
  if (!store.own_walks) return;
  // A DSB NSH has come after it: what is found by others.
  for (Older& older : state.cpus[cpu].older)
    if (older.until == Older::Until::Dsb && older.address / 8 == store.address / 8)
      older.until = Older::Until::Elsewhere;
  tidy(state.cpus[cpu].older);
}

// By a TLBI that `issuer` executes.
std::vector<Older> Arm64::missed_by_tlbi(const Cpu& issuer) const {
  std::vector<Older> all;
  if (!holds(Rule::Arm64TlbiMissesStores)) return all;
  for (Older older : issuer.older) {
    if (older.until != Older::Until::Dsb && older.until != Older::Until::Elsewhere) continue;
    older.until = Older::Until::Dsb;
    all.push_back(older);
  }
  return all;
}

void Arm64::store_left(State& state, unsigned cpu, std::uint64_t address, unsigned bytes) const {
  Cpu& c = state.cpus[cpu];
  const std::uint64_t first = address & ~std::uint64_t{7};
  for (Older& older : c.older) {
    if (older.until != Older::Until::DsbOnly || older.address < first || older.address >= address + bytes) continue;
    const bool more = std::any_of(c.buffer.begin(), c.buffer.end(), [&](const BufferedStore& store) {
      return store.kind == BufferedStore::Kind::Store && store.address < older.address + 8 &&
             older.address < store.address + store.bytes;
    });
    if (!more || older.value != state.memory.read(map_, older.address, 8)) ends(older);
  }
  // What is found as it was may fault as it was.
  const std::vector<Older> all = c.older;
  std::erase_if(c.older, [&](const Older& older) {
    return (older.until == Older::Until::DsbOnly || older.until == Older::Until::Sync) &&
           std::any_of(all.begin(), all.end(), [&](const Older& found) {
             return found.until == Older::Until::Dsb && found.address == older.address && found.value == older.value;
           });
  });
  tidy(c.older);
}

// What may be found until the DSB only as a fault is so afterwards as well, or not at all; elsewhere it may still be.
void Arm64::older_at_dsb(Cpu& cpu, bool found_elsewhere) const {
  const bool late_faults = faults_later(cpu);
  std::vector<Older> elsewhere = missed_by_tlbi(cpu);
  for (Older& older : elsewhere) older.until = Older::Until::Elsewhere;
  std::erase_if(cpu.older, [&](const Older& older) {
    return older.until == Older::Until::Elsewhere || !late_faults || !may_fault(older.value);
  });
  for (Older& older : cpu.older) ends(older);
  if (found_elsewhere) cpu.older.insert(cpu.older.end(), elsewhere.begin(), elsewhere.end());
  tidy(cpu.older);
}

void Arm64::older_at_synchronisation(Cpu& cpu) const {
  std::erase_if(cpu.older, [](const Older& older) { return older.until == Older::Until::Sync; });
}

bool Arm64::may_settle(const Cpu& cpu) const {
  return std::any_of(cpu.older.begin(), cpu.older.end(),
                     [](const Older& older) { return older.until == Older::Until::Dsb; });
}

}  // namespace shootdown::machine::arm64
