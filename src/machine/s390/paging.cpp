// Tables: what an ASCE and an entry say, which walks may begin, what an access may do.
//
// Source: PoP, chapter 3, "Dynamic Address Translation".
#include <algorithm>

#include "machine/s390/s390.hpp"

namespace shootdown::machine::s390 {

namespace {

constexpr unsigned kQuarter = 512;  // entries that one unit of a table length stands for

unsigned level_of(std::uint64_t designation) { return kSegment + static_cast<unsigned>((designation & kType) >> 2); }
unsigned length_of(std::uint64_t designation) { return (static_cast<unsigned>(designation & kLength) + 1) * kQuarter; }

std::uint64_t translation_exception(unsigned level) {
  if (level <= kSegment) return level == kSegment ? kPgmSegment : kPgmPage;
  return kPgmRegionFirst + (kRegionFirst - level);
}

}  // namespace

std::uint16_t tag_of(std::uint64_t asce) {
  return holds(Rule::S390UsedUnderItsAsce) ? static_cast<std::uint16_t>(asce >> 12) : std::uint16_t{1};
}

std::uint64_t S390::asce_for(const Cpu& cpu, bool user) const {
  const bool primary = user ? holds(Rule::S390UserThroughPrimary) : !holds(Rule::S390KernelThroughHome);
  return cpu.s390.asce[primary ? 0 : 2];
}

std::vector<S390::Start> S390::starts(const Cpu& cpu) const {
  std::vector<Start> all;
  for (std::size_t number = 0; number < cpu.s390.asce.size(); ++number) {
    const std::uint64_t asce = cpu.s390.asce[number];
    if (asce == 0 || (number == 1 && !holds(Rule::S390EveryLoadedAsceFills))) continue;
    Start start;
    start.table.address = start.root = asce & kOrigin;
    start.table.level = level_of(asce);
    start.table.limit = holds(Rule::S390AsceLength) ? length_of(asce) : entries(kSegment);
    start.table.attributes = static_cast<std::uint8_t>(asce & kType);
    start.tag = tag_of(asce);
    const auto same = [&](const Start& other) {
      return other.root == start.root && other.table.level == start.table.level &&
             other.table.limit == start.table.limit;
    };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(start);
  }
  return all;
}

bool S390::serves(const Start& start, const Cpu& cpu, std::uint64_t, bool user) const {
  const std::uint64_t asce = asce_for(cpu, user);
  return start.root == (asce & kOrigin) && start.table.level == level_of(asce) &&
         (start.table.limit == length_of(asce) || !holds(Rule::S390AsceLength));
}

S390::Table S390::table_of(const State& state, std::uint64_t root, std::uint64_t) const {
  // Of a root that no CPU has ever had loaded nothing is known, and nothing cached.
  Table table;
  table.address = root;
  table.level = kSegment;
  for (const auto& [origin, designation] : state.designations)
    if (origin == root) {
      table.level = level_of(designation);
      table.limit = length_of(designation);
      table.attributes = designation & kType;
    }
  return table;
}

S390::Table S390::below(const Entry& prefix) const {
  Table table;
  table.address = prefix.target;
  table.level = prefix.level - 1u;
  table.va = prefix.va;
  table.limit =
      table.level == kPage || !holds(Rule::S390RegionLength) ? entries(table.level) : length_of(prefix.attributes);
  table.write = prefix.write;
  table.attributes = prefix.attributes & kType;
  return table;
}

std::uint64_t S390::table_bytes(const Entry& prefix) const {
  const Table table = below(prefix);
  return std::uint64_t{table.limit} * pte_bytes();
}

std::uint64_t S390::root_bytes(const Cpu& cpu, std::uint64_t root) const {
  std::uint64_t bytes = kPageBytes;
  for (const Start& start : starts(cpu))
    if (start.root == root) bytes = std::max<std::uint64_t>(bytes, std::uint64_t{start.table.limit} * pte_bytes());
  return bytes;
}

S390::Decoded S390::decode(const Cpu&, std::uint64_t pte, const Table& table, std::uint64_t va) const {
  Decoded result;
  const unsigned level = table.level;
  if (level == 0) {
    result.fault = kPgmAsceType;  // no table at all
    return result;
  }
  const bool beyond = (va - table.va) >> shift(level) >= entries(level);
  result.fault = beyond && holds(Rule::S390AsceTypeException) ? kPgmAsceType : translation_exception(level);
  if (!has(table, va)) return result;  // no entry is fetched that could be wrong
  if (pte == 0 && !holds(Rule::S390ZeroEntryIsValid)) return result;
  Entry& e = result.entry;
  const auto refuse = [&](const char* what) {
    result.kind = Decoded::Kind::Unsupported;
    result.unsupported = what;
    e.attributes = kRefused;
    return result;
  };
  e.level = static_cast<std::uint8_t>(level);
  e.va = va & ~((std::uint64_t{1} << shift(level)) - 1);
  e.user = true;
  e.dirty = true;
  e.write = table.write;
  e.attributes = table.attributes;
  if (level == kPage) {
    if ((pte & kPageInvalid) != 0 && holds(Rule::S390InvalidNotCached)) return result;
    if ((pte & kPageZero) != 0 && holds(Rule::S390PageZeroBit)) {
      result.fault = kPgmSpecification;
      return result;
    }
    e.target = pte & kOrigin;
    if ((pte & kPageNoExecute) != 0)
      return refuse("a page-table entry with bit 55 set (instruction-execution protection)");
    e.write = table.write && ((pte & kProtect) == 0 || !holds(Rule::S390PageProtects));
    result.kind = Decoded::Kind::Entry;
    return result;
  }
  if ((pte & kInvalid) != 0 && holds(Rule::S390InvalidNotCached)) return result;
  const bool type = (pte & kType) >> 2 == level - kSegment;
  if (!type && holds(Rule::S390TableTypeChecked)) {
    result.fault = kPgmSpecification;
    return result;
  }
  if (level <= kRegionThird && (pte & kFormat) != 0)
    return refuse("a large page (FC in a segment- or region-table entry)");
  e.leaf = false;
  // Below what is refused from here on lies a table.
  e.target = pte & (level == kSegment ? kPageTableOrigin : kOrigin);
  if (level == kSegment) {
    if ((pte & kCommon) != 0) return refuse("a common segment");
    e.write = table.write && ((pte & kProtect) == 0 || !holds(Rule::S390SegmentProtects));
  } else {
    if ((pte & kOffset) != 0) return refuse("a region-table entry with a table offset (TF)");
    if ((pte & kProtect) != 0) return refuse("a region-table entry with the protection bit");
    e.attributes |= static_cast<std::uint8_t>(pte & kLength);
  }
  result.kind = Decoded::Kind::Entry;
  return result;
}

const char* S390::refused(const Entry& entry) const {
  if (!entry.leaf || entry.attributes != kRefused) return nullptr;
  return "an access through what may be cached of a large page, or of a page-table entry with bit 55 set";
}

const char* S390::refused_once_cached(const Entry& prefix) const {
  if (prefix.leaf || prefix.attributes != kRefused) return nullptr;
  return prefix.level == kSegment ? "a common segment" : "a region-table entry with TF or the protection bit";
}

bool S390::permitted(const Cpu&, const Entry& entry, AccessKind kind, bool) const {
  return kind != AccessKind::Store || entry.write;
}

Outcome S390::raise(State& state, unsigned cpu, AccessKind, bool, std::uint64_t va, std::uint64_t code) {
  if (holds(Rule::S390Teid)) state.cpus[cpu].s390.teid = va & ~(kPageBytes - 1);
  const char* reason = "region translation";
  switch (code) {
    case kPgmProtection: reason = "protection"; break;
    case kPgmSegment: reason = "segment translation"; break;
    case kPgmPage: reason = "page translation"; break;
    case kPgmSpecification: reason = "translation specification"; break;
    case kPgmAsceType: reason = "ASCE type"; break;
    default: break;
  }
  return faulted(kVectorPgm, holds(Rule::S390ProgramInterruptionCode) ? code : 0, "program interruption", reason);
}

}  // namespace shootdown::machine::s390
