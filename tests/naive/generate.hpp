// Where kernels come from: at random, one after another, and by hand.
#pragma once

#include <functional>
#include <string>

#include "kernel.hpp"

namespace shootdown::naive {

// The kernel of a number; always the same one.
Kernel random_kernel(std::uint64_t seed);
// The same for kernels of two CPUs, with store buffers or without, with INVLPGB or TLBSYNC or without.
Kernel random_kernel_of_two_cpus(std::uint64_t seed, bool buffers, bool broadcasts);

// Every sequence of `length` operations of a small alphabet between two accesses, on every small machine.
void systematic_kernels(unsigned length, const std::function<void(const Kernel&)>& visit);

// Protocols from the history of real kernels, with the properties they violate.
struct Protocol {
  std::string name;
  Kernel kernel;
  unsigned violated = 0;  // bit set of Property
};
std::vector<Protocol> protocols();

}  // namespace shootdown::naive
