// Which operations take translations out of a TLB.
#pragma once

#include "machine/operations.hpp"

namespace shootdown::machine {

// True if executing `operation` may make its CPU forget translations: loads of a root or of what decides paging, and
// the invalidating instructions.
constexpr bool may_cut_tlb(Operation operation) {
  switch (operation) {
    case Operation::X86MovToCr0:
    case Operation::X86MovToCr3:
    case Operation::X86MovToCr4:
    case Operation::X86Invlpg:
    case Operation::X86Invpcid:
    case Operation::X86Invlpgb: return true;
    default: return false;
  }
}

}  // namespace shootdown::machine
