#include "kernel.hpp"

#include <algorithm>

namespace shootdown::naive::s390 {

unsigned Kernel::index(unsigned level, unsigned slot) const {
  const std::uint64_t va = address(distinguishes(level) ? slot : 0);
  return static_cast<unsigned>(level == kSegment ? va >> 20 & 2047 : va >> 12 & 255);
}

Tables Kernel::tables() const { return two_spaces<Tables>({kSA, kSB, kTA, kTB, kTX, kF0, kF1, kF2}, split, kPlain); }

bool Kernel::valid() const {
  if (!two_cpus && (common_root || buffers || !lists[kMain1].empty())) return false;
  if (!handler && !lists[kProgram].empty()) return false;
  const auto has = [&](unsigned list, OpKind kind) {
    return std::any_of(lists[list].begin(), lists[list].end(), [&](const Op& op) { return op.kind == kind; });
  };
  for (unsigned list = 0; list < kLists; ++list) {
    if (has(list, OpKind::Signal) || has(list, OpKind::Await)) {
      if (!two_cpus || list == kProgram) return false;
      if (has(list, OpKind::Await) && !has(list ^ 1u, OpKind::Signal)) return false;
    }
    // There is room for so many stores that wait; the handler, which may run many times, makes no access.
    if (buffers && lists[list].size() > kMaxWaiting) return false;
    if (list == kProgram && (has(list, OpKind::Access) || (buffers && !lists[list].empty()))) return false;
    for (const Op& op : lists[list]) {
      const unsigned level = kPageList[op.page].level;
      switch (op.kind) {
        case OpKind::Freed:
          if (level == 2) return false;
          break;
        case OpKind::Load:
        case OpKind::Revoked:
        case OpKind::Idte:
        case OpKind::IdteAsce:
          if (level != 2) return false;
          break;
        case OpKind::Ipte:
          if (level != 1) return false;
          break;
        case OpKind::Store:
        case OpKind::Csp:
          if (level == 0 || (op.slot == 1 && !distinguishes(level))) return false;
          for (const Pte& pte : {op.pte, op.old})
            if (pte.bits != 0 && kPageList[pte.page].level != level - 1) return false;
          break;
        default: break;
      }
    }
  }
  return true;
}

}  // namespace shootdown::naive::s390
