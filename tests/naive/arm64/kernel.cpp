#include "kernel.hpp"

#include <algorithm>

namespace shootdown::naive::arm64 {

// 0x400000 and its neighbour, or the first page under the next level-2 descriptor; or the upper half's.
std::uint64_t Kernel::address(unsigned va) const {
  constexpr std::uint64_t kUpperHalf = 0xffff'ff80'0000'0000;
  return (is_upper(va) ? kUpperHalf : 0) + 0x400000 + (va % 2 == 1 ? (split ? 0x200000 : 0x1000) : 0);
}

unsigned Kernel::index(unsigned level, unsigned slot) const {
  return static_cast<unsigned>(address(distinguishes(level) ? slot : 0) >> (12 + 9 * (level - 1))) & 511;
}

Tables Kernel::tables() const {
  Tables tables = two_spaces<Tables>({kDA, kDB, kTA, kTB, kTX, kF0, kF1, kF2}, split, kPlain);
  tables[kRA][0] = Pte{kDA, kPlain};
  tables[kRB][0] = Pte{kDB, kPlain};
  return tables;
}

bool Kernel::valid() const {
  // With two CPUs no interrupts, and with stores that wait none that store again and again. Who awaits is answered, or
  // the checker would say that the CPU spins for ever.
  if (two_cpus ? timer || interrupts : common_root || (timer && buffers)) return false;
  if ((!timer && !lists[kTimer].empty()) || (!abort_handler && !lists[kAbort].empty())) return false;
  if (!two_cpus && !lists[kMain1].empty()) return false;
  if (a1 && two_cpus) return false;
  const auto has = [&](unsigned list, OpKind kind) {
    return std::any_of(lists[list].begin(), lists[list].end(), [&](const Op& op) { return op.kind == kind; });
  };
  std::size_t tokens = 0;
  for (unsigned list = 0; list < kLists; ++list) {
    if (has(list, OpKind::Signal) || has(list, OpKind::Await)) {
      if (!two_cpus || list >= kTimer) return false;
      if (has(list, OpKind::Await) && !has(list ^ 1u, OpKind::Signal)) return false;
    }
    // A processor has room for so many stores that wait.
    if (buffers && lists[list].size() > kMaxWaiting) return false;
    for (const Op& op : lists[list]) {
      tokens += op.kind == OpKind::Tlbi ? 1 : 0;
      if (is_upper(op.va) && !upper) return false;
      // Handlers stay masked, the abort handler makes no access, and neither waits: they may run many times.
      if (list >= kTimer && (op.kind == OpKind::Unmask || op.kind == OpKind::Tlbi)) return false;
      if (list == kAbort && (op.kind == OpKind::Access || (buffers && op.kind != OpKind::Isb))) return false;
      if (op.kind == OpKind::Freed && op.page < kDA) return false;
      if (op.kind != OpKind::Store) continue;
      const unsigned level = kPageList[op.page].level;
      if (level == 0 || (op.slot == 1 && !distinguishes(level))) return false;
      if (op.pte.bits != 0 && kPageList[op.pte.page].level != level - 1) return false;
    }
  }
  return tokens <= kMaxTokens;
}

}  // namespace shootdown::naive::arm64
