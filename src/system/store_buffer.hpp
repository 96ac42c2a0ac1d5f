// Which buffered stores may reach memory next, and what waits for them.
//
//   tso         oldest first
//   unordered   any, but for what orders it:
//
//      store a | store b | DMB | store c | store-release d
//         `-------`- in any order, both before c; d after all of them
//
//   Stores that overlap stay in order. A mark (DMB) is dropped when nothing older is left. A load waits for a full
//   DMB's older stores, a load-acquire for store-releases. Loads are in program order.
//
//   The store of an atomic read-modify-write waits like any other, so that a walk, a load, or a later TLBI may come
//   before it; one that both acquires and releases leaves the mark of a full DMB behind it, which holds back no walk
//   and no TLBI. (Of what is no table, such a one acts at once, where nobody can tell.) One that only acquires orders
//   what follows after its load, not its store; that too is in memory at once if no load reads such words (a lock's),
//   which is found out as the search goes (sharing.hpp): other exchanges wait for it.
//
//      CPU0: read x ........ x reaches memory      between the two no store of another CPU to x leaves its buffer,
//      CPU1:        x = 5 (waits) ............ x   and no other CPU's read-modify-write of x begins
//
//   A compare-and-exchange that fails is a load. The two halves of a wide exchange leave together.
//
//   Where an older store of its own CPU to x waits, from which it has read, the other CPUs' stores may still come
//   before that one. It begins when no mark is left, so that it can always leave: nobody waits for it in a circle. A
//   read-modify-write that releases begins when the buffer is empty.
//
// Ghost statements stand in the same queue: what they say counts when every older store has reached memory.
//
// Source: Arm ARM, B2.3 (ordering requirements); SDM 3, 8.2 (tso).
#pragma once

#include <cstddef>
#include <vector>

#include "system/step.hpp"

namespace shootdown::system {

// The entry at `index` of the buffer of `cpu` may leave now.
bool may_leave(MemoryModel model, const std::vector<machine::Cpu>& cpus, unsigned cpu, std::size_t index);
// The store of `i`, an atomic read-modify-write of that place, waits in the buffer.
bool exchange_waits(const World& world, const program::Instruction& i, std::uint64_t address, unsigned bytes);
// What `i` orders, if it is a read-modify-write, is only what follows its load.
bool only_acquires(const program::Instruction& i);
// The read-modify-write `i` is a full barrier, for accesses.
bool orders_all(const program::Instruction& i);
// Another CPU than `cpu` has read there in an atomic read-modify-write whose store waits.
bool claimed_elsewhere(const std::vector<machine::Cpu>& cpus, unsigned cpu, std::uint64_t address, unsigned bytes);
// Takes the marks away that have nothing older before them.
void drop_idle_marks(std::vector<machine::BufferedStore>& buffer);
// The next instruction of `cpu` waits until more of its stores have reached memory.
bool waits_for_stores(World& world, const SystemState& state, unsigned cpu);

}  // namespace shootdown::system
