// How the semantics of an operation say what came of it.
#pragma once

#include <cstdint>
#include <string>

#include "machine/machine.hpp"

namespace shootdown::machine {

Outcome done(std::uint64_t result = 0);
Outcome changed();  // done, and what may be cached changed
Outcome faulted(unsigned vector, std::uint64_t error_code, std::string name, std::string reason);
Outcome unsupported(std::string what);

// "0x1000"
std::string hexadecimal(std::uint64_t value);

}  // namespace shootdown::machine
