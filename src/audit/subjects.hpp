// The operations that an audit is about: what loads roots, cuts TLBs or changes how addresses are translated. A machine
// extends the two tables.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "machine/operations.hpp"

namespace shootdown::audit {

inline constexpr std::array<machine::Operation, 10> kSubjects{
    machine::Operation::X86MovFromCr0, machine::Operation::X86MovFromCr3, machine::Operation::X86MovFromCr4,
    machine::Operation::X86MovToCr0,   machine::Operation::X86MovToCr3,   machine::Operation::X86MovToCr4,
    machine::Operation::X86Invlpg,     machine::Operation::X86Invpcid,    machine::Operation::X86Invlpgb,
    machine::Operation::X86Tlbsync,
};

constexpr bool is_subject(machine::Operation operation) {
  return std::find(kSubjects.begin(), kSubjects.end(), operation) != kSubjects.end();
}

// A register that is read by one operation and written by another.
struct Register {
  std::string_view name;
  machine::Operation read, write;
};

inline constexpr std::array<Register, 3> kRegisters{{
    {"CR0", machine::Operation::X86MovFromCr0, machine::Operation::X86MovToCr0},
    {"CR3", machine::Operation::X86MovFromCr3, machine::Operation::X86MovToCr3},
    {"CR4", machine::Operation::X86MovFromCr4, machine::Operation::X86MovToCr4},
}};

}  // namespace shootdown::audit
