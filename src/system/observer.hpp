// Somebody who watches the search: what is executed, in which states. Nothing of it is part of a state, and nothing in
// the search depends on it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "machine/operations.hpp"
#include "system/state.hpp"

namespace shootdown::system {

struct World;

class Observer {
 public:
  virtual ~Observer() = default;
  // A run of the search begins, with shorter steps than the one before: what was seen so far does not count.
  virtual void restart() = 0;
  // The successors of `state` are about to be made: what is executed from now on is executed from there.
  virtual void expands(World& world, const SystemState& state) = 0;
  // `cpu` is about to execute `operation` in `state`. The same may be said several times for one state: each answer to
  // what hardware or scenario leave open is an execution of its own.
  virtual void executes(World& world, const SystemState& state, unsigned cpu, machine::Operation operation) = 0;
  // `cpu` is about to execute the instruction at `pc` of a function, a number in Program::functions.
  virtual void reaches(const SystemState& state, unsigned cpu, std::uint32_t function, std::uint32_t pc) = 0;
  // `cpu` is about to perform the invalidation at `index` of those outstanding, no instruction of its own.
  virtual void performs(World&, const SystemState&, unsigned /*cpu*/, std::size_t /*index*/) {}
};

}  // namespace shootdown::system
