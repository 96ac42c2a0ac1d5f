// Which stores to tables are allowed: "a valid table entry must not be changed while it is attached to another CPU and
// usable by it", except by the instructions that clear TLBs with it.
//
// An entry is attached to a CPU, and usable by it, if its walks may come upon the entry as its registers stand: by way
// of a loaded ASCE, or of an intermediate entry that it may have cached under such an ASCE. Bits 56-63 of a page-table
// entry are the program's own.
//
// Source: PoP, chapter 3, "Modification of Translation Tables".
#include <algorithm>

#include "machine/s390/s390.hpp"

namespace shootdown::machine::s390 {

std::optional<S390::Place> S390::uses(const Cpu& cpu, std::uint64_t address) const {
  const auto in = [&](const Table& table) {
    return address >= table.address && address < table.address + std::uint64_t{table.limit} * pte_bytes();
  };
  const auto place = [&](const Table& table, std::uint64_t root) {
    return Place{table.level, table.va + ((address - table.address) / pte_bytes() << shift(table.level)), root};
  };
  const std::vector<Start> all = starts(cpu);
  for (const Start& start : all)
    if (in(start.table)) return place(start.table, start.root);
  for (const Entry& entry : cpu.tlb.entries()) {
    if (entry.leaf) continue;
    const auto start = std::find_if(all.begin(), all.end(), [&](const Start& s) { return s.tag == entry.tag; });
    if (start != all.end() && in(below(entry))) return place(below(entry), start->root);
  }
  return std::nullopt;
}

std::optional<TableStore> S390::table_store(const State& state, unsigned cpu, std::uint64_t address, unsigned bytes,
                                            std::uint64_t value) const {
  std::optional<TableStore> result;
  for (std::uint64_t at = address & ~std::uint64_t{7}; at < address + bytes; at += pte_bytes()) {
    // The entry with the stored bytes in it.
    const std::uint64_t old = state.memory.read(map_, at, pte_bytes());
    std::uint64_t now = old;
    for (unsigned n = 0; n < bytes; ++n) {
      if (address + n < at || address + n >= at + pte_bytes()) continue;
      const unsigned place = 8 * static_cast<unsigned>(address + n - at);
      now = (now & ~(std::uint64_t{0xff} << place)) | ((value >> (8 * n) & 0xff) << place);
    }
    const std::uint64_t before = __builtin_bswap64(old), after = __builtin_bswap64(now);
    for (const Cpu& each : state.cpus) {
      if (result && (result->forbidden || each.number == cpu)) continue;
      const auto place = uses(each, at);
      if (!place) continue;
      const bool page = place->level == kPage;
      const bool valid = (before & (page ? kPageInvalid : kInvalid)) == 0;
      const std::uint64_t free = page && holds(Rule::S390FreeBitsOfPageEntry) ? kPageFree : 0;
      const bool changes = ((before ^ after) & ~free) != 0;
      const bool other = each.number != cpu || !holds(Rule::S390OwnAttachmentIsFree);
      const bool forbidden = valid && changes && other && holds(Rule::S390AttachRule);
      result = TableStore{
          each.number,
          page ? "page-table entry" : place->level == kSegment ? "segment-table entry" : "region-table entry",
          at,
          place->va,
          place->root,
          before,
          after,
          forbidden};
    }
  }
  return result;
}

}  // namespace shootdown::machine::s390
