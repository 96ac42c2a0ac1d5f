// Which operations take translations out of a TLB, and which load or read a root.
#pragma once

#include "machine/operations.hpp"

namespace shootdown::machine {

// True if executing `operation` may make a CPU forget translations: loads of a root or of what decides paging, and
// the invalidating instructions.
constexpr bool may_cut_tlb(Operation operation) {
  switch (operation) {
    case Operation::X86MovToCr0:
    case Operation::X86MovToCr3:
    case Operation::X86MovToCr4:
    case Operation::X86Invlpg:
    case Operation::X86Invpcid:
    case Operation::X86Invlpgb:
    case Operation::Arm64Tlbi:
    case Operation::S390Ptlb:
    case Operation::S390Ipte:
    case Operation::S390Idte:
    case Operation::S390Csp:
    case Operation::S390Crdte:
    case Operation::ArmMcrTlbiAll:
    case Operation::ArmMcrTlbiMva: return true;
    default: return false;
  }
}

// True if `operation` loads a root that user accesses go through.
constexpr bool loads_root(Operation operation) {
  switch (operation) {
    case Operation::X86MovToCr3:
    case Operation::Arm64MsrTtbr0:
    case Operation::S390Lctlg:
    case Operation::ArmMcrTtbr: return true;
    default: return false;
  }
}

// True if `operation` reads it.
constexpr bool reads_root(Operation operation) {
  switch (operation) {
    case Operation::X86MovFromCr3:
    case Operation::Arm64MrsTtbr0:
    case Operation::S390Stctg:
    case Operation::ArmMrcTtbr: return true;
    default: return false;
  }
}

}  // namespace shootdown::machine
