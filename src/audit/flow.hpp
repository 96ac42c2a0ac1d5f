// Which registers of the program hold a value on its way from a read of a control register to a write of the same one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "program/program.hpp"

namespace shootdown::audit {

// An instruction of the program.
struct Point {
  std::uint32_t function = 0, pc = 0;
};

struct Flow {
  std::string_view reg;
  Point read, write;
  // By function, ascending: slots that hold the value, or one computed from it, on its way to the write.
  std::vector<std::vector<std::uint16_t>> holders;
};

// All of them. A value flows through copies, arithmetic, the values (not the condition) of a selection, arguments and
// results of direct calls. It does not flow through comparisons, branches, memory, or indirect calls. The order of
// instructions is not looked at: every slot is written for one purpose.
std::vector<Flow> find_flows(const program::Program& program);

// True if one of `holders` (ascending) holds a value that is still needed in `frame`, on which a call or an interrupt
// may lie: `called` if a call that has not returned.
bool holds(const program::Function& function, const std::vector<std::uint16_t>& holders, std::uint32_t pc, bool called);

}  // namespace shootdown::audit
