// A number for everything in a Program that decides behaviour, so that a saved trace is replayed on the same code only.
#pragma once

#include <cstdint>

#include "program/program.hpp"

namespace shootdown::frontend {

std::uint64_t digest(const program::Program& program);

}  // namespace shootdown::frontend
