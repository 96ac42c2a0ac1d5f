// Memory: what there is, what this process took at most.
#pragma once

#include <cstdint>

namespace shootdown::cli {

// 3/4 of the machine's memory, or of the control group's limit if that is less.
std::uint64_t default_memory_limit();
// The most memory this process had resident since it started, or since the last reset.
std::uint64_t peak_memory();
// What it has resident now. Memory that was freed and that the allocator keeps is given back to the kernel first.
std::uint64_t resident_memory();
// Starts the measurement of peak_memory() anew where the kernel lets us; else it does nothing.
void reset_peak_memory();
// Lets allocations fail (and end as BOUNDED) before the machine runs out of memory, whoever makes them.
void limit_process_memory();

}  // namespace shootdown::cli
