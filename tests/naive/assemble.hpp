// A generated kernel as a Program of the checker, put together by hand: no compiler takes part.
#pragma once

#include "kernel.hpp"
#include "program/program.hpp"
#include "system/configuration.hpp"

namespace shootdown::naive {

program::Program assemble(const Kernel& kernel);
system::Configuration configuration(const Kernel& kernel);

}  // namespace shootdown::naive
