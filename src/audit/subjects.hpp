// The operations that an audit is about: what loads roots, cuts TLBs or changes how addresses are translated. A machine
// extends the two tables.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "machine/operations.hpp"

namespace shootdown::audit {

inline constexpr std::array kSubjects{
    machine::Operation::X86MovFromCr0, machine::Operation::X86MovFromCr3, machine::Operation::X86MovFromCr4,
    machine::Operation::X86MovToCr0,   machine::Operation::X86MovToCr3,   machine::Operation::X86MovToCr4,
    machine::Operation::X86Invlpg,     machine::Operation::X86Invpcid,    machine::Operation::X86Invlpgb,
    machine::Operation::X86Tlbsync,    machine::Operation::Arm64MrsTtbr0, machine::Operation::Arm64MsrTtbr0,
    machine::Operation::Arm64MrsTtbr1, machine::Operation::Arm64MsrTtbr1, machine::Operation::Arm64MrsTcr,
    machine::Operation::Arm64MsrTcr,   machine::Operation::Arm64Tlbi,     machine::Operation::Arm64Dsb,
    machine::Operation::S390Lctlg,     machine::Operation::S390Stctg,     machine::Operation::S390Ptlb,
    machine::Operation::S390Ipte,      machine::Operation::S390Idte,      machine::Operation::S390Csp,
    machine::Operation::S390Crdte,     machine::Operation::ArmMrcTtbr,    machine::Operation::ArmMcrTtbr,
    machine::Operation::ArmMrcSctlr,   machine::Operation::ArmMcrSctlr,   machine::Operation::ArmMcrTlbiAll,
    machine::Operation::ArmMcrTlbiMva,
};

constexpr bool is_subject(machine::Operation operation) {
  return std::find(kSubjects.begin(), kSubjects.end(), operation) != kSubjects.end();
}

// A register that is read by one operation and written by another.
struct Register {
  std::string_view name;
  machine::Operation read, write;
};

inline constexpr auto kRegisters = std::to_array<Register>({
    {"CR0", machine::Operation::X86MovFromCr0, machine::Operation::X86MovToCr0},
    {"CR3", machine::Operation::X86MovFromCr3, machine::Operation::X86MovToCr3},
    {"CR4", machine::Operation::X86MovFromCr4, machine::Operation::X86MovToCr4},
    {"TTBR0_EL1", machine::Operation::Arm64MrsTtbr0, machine::Operation::Arm64MsrTtbr0},
    {"TTBR1_EL1", machine::Operation::Arm64MrsTtbr1, machine::Operation::Arm64MsrTtbr1},
    {"TCR_EL1", machine::Operation::Arm64MrsTcr, machine::Operation::Arm64MsrTcr},
    {"a control register", machine::Operation::S390Stctg, machine::Operation::S390Lctlg},
    {"TTBR", machine::Operation::ArmMrcTtbr, machine::Operation::ArmMcrTtbr},
    {"the control register", machine::Operation::ArmMrcSctlr, machine::Operation::ArmMcrSctlr},
});

}  // namespace shootdown::audit
