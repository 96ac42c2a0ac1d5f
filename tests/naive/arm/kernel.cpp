#include "kernel.hpp"

#include <algorithm>

namespace shootdown::naive::arm {

std::uint64_t Kernel::address(unsigned va) const {
  return 0x400000 + offset_of(kF0) + (va == 0 ? 0 : split ? 0x100000u : 0x1000u);
}

unsigned Kernel::index(unsigned level, unsigned slot) const {
  const std::uint64_t va = address(distinguishes(level) ? slot : 0);
  return static_cast<unsigned>(level == kFirstLevel ? va >> 20 : va >> 12 & 255);
}

std::uint8_t Kernel::reached(std::uint8_t page, unsigned va) const {
  if (kPageList[page].level != kSection) return page;
  return static_cast<std::uint8_t>((page == kSF ? kF0 : kG0) + (split ? 0 : va));
}

Tables Kernel::tables() const { return two_spaces<Tables>({kRA, kRB, kTA, kTB, kTX, kF0, kF1, kF2}, split, kPlain); }

bool Kernel::has(OpKind kind) const {
  return std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const Op& op) { return op.kind == kind; });
  });
}

bool Kernel::valid() const {
  if (!interrupts() && !lists[kInterrupt].empty()) return false;
  if (!prefetch_handler && !lists[kPrefetchAbort].empty()) return false;
  if (!data_handler && !lists[kDataAbort].empty()) return false;
  for (unsigned list = 0; list < kLists; ++list) {
    bool on = true, saved = false;
    for (const Op& op : lists[list]) {
      const unsigned level = kPageList[op.page].level;
      switch (op.kind) {
        case OpKind::Ttbr:
        case OpKind::Revoked:
          if (level != kFirstLevel) return false;
          break;
        case OpKind::Freed:
          if (level > 1) return false;
          break;
        case OpKind::Store: {
          if (level == 0 || level == kSection || (op.slot == 1 && !distinguishes(level))) return false;
          const unsigned below = kPageList[op.pte.page].level;
          if (op.pte.bits != 0 && below != level - 1 && !(level == kFirstLevel && below == kSection)) return false;
          break;
        }
        // Handlers stay masked, those of aborts make no access; with the MMU off there is none.
        case OpKind::Access:
          if (!on || handles_aborts(list) || (list == kInterrupt && has(OpKind::Control))) return false;
          break;
        case OpKind::Control: on = op.flag; [[fallthrough]];
        case OpKind::Mask:
        case OpKind::Unmask:
        case OpKind::Save:
        case OpKind::Restore:
        case OpKind::Raise:
        case OpKind::Wait:
          if (list != kMain || (op.kind == OpKind::Restore && !saved)) return false;
          saved = saved || op.kind == OpKind::Save;
          break;
        case OpKind::Never:
          if (!handles_aborts(list)) return false;
          break;
        default: break;
      }
    }
  }
  return true;
}

}  // namespace shootdown::naive::arm
