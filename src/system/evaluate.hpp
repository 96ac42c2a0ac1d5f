// A question that checked code answers about a state, outside of the search.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "system/step.hpp"

namespace shootdown::system {

// The result of `function`, executed by `cpu` in place of its next instruction. `state` is scratch: it is not to be
// used afterwards. What the function reads counts as read by the running context, so that the search sees every value
// of it. The function may read memory, write to its own stack, read the CPU's number, the context's and the flags.
// Errors: Unsupported, with its place, if it does anything else, faults or does not end.
Result<std::uint64_t> evaluate(World& world, SystemState& state, unsigned cpu, std::uint32_t function);

}  // namespace shootdown::system
