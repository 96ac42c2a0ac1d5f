#include "kernel.hpp"

#include <algorithm>

namespace shootdown::naive {

const std::vector<Page>& pages(Architecture architecture) {
  static const std::vector<Page> i386{{"RA", 2}, {"RB", 2}, {"TA", 1}, {"TB", 1},
                                      {"TX", 1}, {"F0", 0}, {"F1", 0}, {"F2", 0}};
  static const std::vector<Page> x86_64{{"RA", 4}, {"RB", 4}, {"PA", 3}, {"PB", 3}, {"DA", 2}, {"DB", 2},
                                        {"TA", 1}, {"TB", 1}, {"TX", 1}, {"F0", 0}, {"F1", 0}, {"F2", 0}};
  return architecture == Architecture::I386 ? i386 : x86_64;
}

std::uint8_t page_named(Architecture architecture, const std::string& name) {
  const auto& all = pages(architecture);
  const auto at = std::find_if(all.begin(), all.end(), [&](const Page& page) { return page.name == name; });
  return static_cast<std::uint8_t>(at - all.begin());
}

// 0x400000 and its neighbour, or the first page of the next page directory entry.
std::uint64_t Kernel::address(unsigned va) const {
  const std::uint64_t step = !split ? 0x1000 : architecture == Architecture::I386 ? 0x400000 : 0x200000;
  return 0x400000 + va * step;
}

unsigned Kernel::index(unsigned level, unsigned slot) const {
  const std::uint64_t va = address(distinguishes(level) ? slot : 0);
  const unsigned bits = architecture == Architecture::I386 ? 10 : 9;
  return static_cast<unsigned>(va >> (12 + bits * (level - 1))) & ((1u << bits) - 1);
}

// Both address spaces have both pages, on their own tables. TX, with other pages, belongs to nobody unless the pages
// are split: then it is the second page table of both.
Tables Kernel::tables() const {
  Tables tables{};
  const auto number = [&](const char* name) { return page_named(architecture, name); };
  const auto set = [&](const char* table, unsigned slot, const char* page) {
    tables[number(table)][slot] = Pte{number(page), kPresent | kWrite | kUser | kDirty};
  };
  const bool deep = architecture == Architecture::X86_64;
  for (const std::string space : {"A", "B"}) {
    const std::string root = "R" + space, pdpt = "P" + space, directory = deep ? "D" + space : root,
                      table = "T" + space;
    if (deep) set(root.c_str(), 0, pdpt.c_str());
    if (deep) set(pdpt.c_str(), 0, directory.c_str());
    set(directory.c_str(), 0, table.c_str());
    if (split) set(directory.c_str(), 1, "TX");
    set(table.c_str(), 0, space == "A" ? "F0" : "F1");
    if (!split) set(table.c_str(), 1, space == "A" ? "F1" : "F0");
  }
  set("TX", 0, "F2");
  if (!split) set("TX", 1, "F2");
  return tables;
}

std::size_t Kernel::size() const {
  std::size_t sum = 0;
  for (const auto& list : lists) sum += list.size();
  return sum;
}

unsigned Kernel::contexts() const {
  if (two_cpus) return 2;
  for (const auto& list : lists)
    for (const Op& op : list)
      if (op.kind == OpKind::Switch) return 2;
  return 1;
}

namespace {

bool has(const std::vector<Op>& list, OpKind kind) {
  return std::any_of(list.begin(), list.end(), [&](const Op& op) { return op.kind == kind; });
}

}  // namespace

bool Kernel::broadcasts() const {
  return std::any_of(lists.begin(), lists.end(),
                     [](const auto& list) { return has(list, OpKind::Invlpgb) || has(list, OpKind::Tlbsync); });
}

bool Kernel::valid() const {
  // With two CPUs: no interrupts, no migration; `InUse` belongs to the instruction before it, which other CPUs' steps
  // would part from it; who awaits is answered, or the checker would rightly say that the CPU spins for ever.
  if (two_cpus && (timer || interrupts)) return false;
  if ((common_root || buffers || broadcasts()) && !two_cpus) return false;
  // A handler may run many times, and a processor has room for so many INVLPGBs.
  if (has(lists[kFault], OpKind::Invlpgb)) return false;
  std::size_t tokens = 0;
  for (const auto& list : lists)
    tokens += static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), [](const Op& op) { return op.kind == OpKind::Invlpgb; }));
  if (tokens > kMaxTokens) return false;
  for (unsigned number = 0; number < kLists; ++number) {
    const auto& list = lists[number];
    const bool talks = has(list, OpKind::Signal) || has(list, OpKind::Await);
    if (talks && (!two_cpus || number >= kTimer)) return false;
    if (has(list, OpKind::Await) && !has(lists[number ^ 1u], OpKind::Signal)) return false;
    if (!two_cpus) continue;
    for (const OpKind kind : {OpKind::Switch, OpKind::InUse, OpKind::Cli, OpKind::Sti})
      if (has(list, kind)) return false;
  }
  if (pcide && architecture == Architecture::I386) return false;
  if (!timer && !lists[kTimer].empty()) return false;
  if (!fault_handler && !lists[kFault].empty()) return false;
  if (contexts() == 1 && !lists[kMain1].empty()) return false;
  for (unsigned number = 0; number < kLists; ++number) {
    bool r = false, s = false;
    for (const Op& op : lists[number]) {
      r = r || op.kind == OpKind::ReadCr3;
      s = s || op.kind == OpKind::ReadCr4;
      if (op.kind == OpKind::WriteCr3 && !r) return false;
      if ((op.kind == OpKind::ClearPge || op.kind == OpKind::RestoreCr4) && !s) return false;
      // Handlers stay with interrupts off, and the fault handler does not fault: stacks are bounded.
      if (number >= kTimer && op.kind == OpKind::Sti) return false;
      if (number == kFault && op.kind == OpKind::Access) return false;
      // Bit 63 exists in 64-bit mode only.
      if (architecture == Architecture::I386 && op.flag &&
          (op.kind == OpKind::LoadCr3 || op.kind == OpKind::LoadOther || op.kind == OpKind::WriteCr3))
        return false;
      if (!pcide && (op.kind == OpKind::LoadCr3 || op.kind == OpKind::LoadOther) && op.pcid != 0) return false;
      if (op.kind == OpKind::Store) {
        // With store buffers nobody sets D: what a locked update makes of a buffered store is another question.
        if (buffers && op.pte.bits != 0 && level_of(op.page) == 1 && (op.pte.bits & kDirty) == 0) return false;
        const unsigned level = level_of(op.page);
        if (level == 0 || (op.slot == 1 && !distinguishes(level))) return false;
        // An entry of an upper level points to a table of the level below.
        if (op.pte.bits != 0 && level > 1 && level_of(op.pte.page) != level - 1) return false;
      }
    }
  }
  return true;
}

}  // namespace shootdown::naive
