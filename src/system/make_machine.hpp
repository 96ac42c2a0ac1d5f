// The machine that a configuration asks for.
#pragma once

#include <memory>

#include "machine/machine.hpp"
#include "system/configuration.hpp"

namespace shootdown::system {

// `map` must outlive the machine. Feature names that the machine does not know count as absent.
std::unique_ptr<machine::Machine> make_machine(const program::Program& program, const Configuration& configuration,
                                               machine::MemoryMap& map);

}  // namespace shootdown::system
