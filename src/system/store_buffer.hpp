// Which buffered stores may reach memory next, and what waits for them.
//
//   tso         oldest first
//   unordered   any, but for what orders it:
//
//      store a | store b | DMB | store c | store-release d
//         `-------`- in any order, both before c; d after all of them
//
//   Stores that overlap stay in order. A mark (DMB) is dropped when nothing older is left. A load waits for a full
//   DMB's older stores, a load-acquire for store-releases, a read-modify-write for marks and for stores to its own
//   address; it then acts on memory at once. Loads are in program order.
//
// Ghost statements stand in the same queue: what they say counts when every older store has reached memory.
//
// Source: Arm ARM, B2.3 (ordering requirements); SDM 3, 8.2 (tso).
#pragma once

#include <cstddef>
#include <vector>

#include "system/step.hpp"

namespace shootdown::system {

// The entry at `index` may leave now.
bool may_leave(MemoryModel model, const std::vector<machine::BufferedStore>& buffer, std::size_t index);
// Takes the marks away that have nothing older before them.
void drop_idle_marks(std::vector<machine::BufferedStore>& buffer);
// The next instruction of `cpu` waits until more of its stores have reached memory.
bool waits_for_stores(World& world, const SystemState& state, unsigned cpu);

}  // namespace shootdown::system
