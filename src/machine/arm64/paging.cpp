// Translation tables: what a descriptor says, which walks may begin, what an access may do.
//
// Levels are counted as Entry counts them: 1 is the lowest, the architecture's level 3.
//
// Source: Arm ARM, D8.2 to D8.5, D8.13.
#include <algorithm>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

namespace {
constexpr unsigned kLevels = 3;
// Fault status codes (Arm ARM, D23.2, ESR_EL1).
constexpr std::uint64_t kTranslation = 0x04, kAccessFlag = 0x08, kPermission = 0x0c;
std::uint64_t fault_level(unsigned level) { return level == 0 ? 0 : 4 - level; }
constexpr const char* kContiguousSet = "a descriptor with the Contiguous bit set";
}  // namespace

Arm64::Table Arm64::upper_or_lower(std::uint64_t address, bool upper) const {
  Table table;
  table.address = address & kAddress;
  table.level = kLevels;
  table.va = upper ? kUpperHalf : 0;
  table.limit = entries(kLevels);
  return table;
}

std::vector<Arm64::Start> Arm64::starts(const Cpu& cpu) const {
  std::vector<Start> all;
  if ((cpu.arm64.sctlr & kSctlrM) == 0) return all;
  const auto add = [&](std::uint64_t ttbr, bool upper, std::uint16_t tag) {
    const Start start{upper_or_lower(ttbr, upper), ttbr & kAddress, tag};
    const auto same = [&](const Start& other) {
      return other.root == start.root && other.tag == start.tag && other.table.va == start.table.va;
    };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back(start);
  };
  const auto& r = cpu.arm64;
  const bool every = holds(Rule::Arm64EveryPairing);
  for (const std::uint64_t tcr : r.tcr)
    for (const std::uint64_t ttbr0 : r.ttbr0)
      for (const std::uint64_t ttbr1 : r.ttbr1) {
        const bool newest = ttbr0 == r.ttbr0.back() && ttbr1 == r.ttbr1.back();
        const bool oldest = ttbr0 == r.ttbr0.front() && ttbr1 == r.ttbr1.front();
        if (!every && !newest && !oldest) continue;
        const std::uint16_t tag = asid(cpu,
                                       (tcr & kTcrA1) != 0 && holds(Rule::Arm64AsidOfTtbr1)    ? ttbr1
                                       : (tcr & kTcrA1) == 0 && !holds(Rule::Arm64AsidOfTtbr0) ? ttbr1
                                                                                               : ttbr0,
                                       tcr);
        if ((tcr & kTcrEpd0) == 0 || !holds(Rule::Arm64EpdStopsWalks)) add(ttbr0, false, tag);
        if ((tcr & kTcrEpd1) == 0) add(ttbr1, true, tag);
      }
  return all;
}

Arm64::Table Arm64::table_of(const State&, std::uint64_t root, std::uint64_t va) const {
  return upper_or_lower(root, (va >> 55 & 1) != 0);
}

Arm64::Table Arm64::below(const Entry& prefix) const {
  Table table;
  table.address = prefix.target;
  table.level = prefix.level - 1u;
  table.va = prefix.va;
  table.limit = entries(table.level);
  table.user = prefix.user;
  table.write = prefix.write;
  table.no_execute = prefix.no_execute;
  table.attributes = prefix.attributes;
  return table;
}

Arm64::Decoded Arm64::decode(const Cpu& cpu, std::uint64_t pte, const Table& table, std::uint64_t va) const {
  Decoded result;
  result.fault = kTranslation | fault_level(table.level);
  if ((pte & kValid) == 0) {
    if (pte == 0 || holds(Rule::Arm64InvalidNotCached)) return result;
  }
  const bool type_bit = (pte & kTable) != 0;
  if (table.level == 0 || (table.level == 1 && !type_bit && holds(Rule::Arm64PageNeedsTypeBit))) return result;
  Entry& e = result.entry;
  e.level = static_cast<std::uint8_t>(table.level);
  e.va = va & ~((std::uint64_t{1} << shift(table.level)) - 1);
  e.leaf = table.level == 1 || (!type_bit && holds(Rule::Arm64Blocks));
  e.dirty = true;
  if (!e.leaf) {
    e.target = pte & kAddress;
    e.user = table.user && ((pte & kApTable0) == 0 || !holds(Rule::Arm64TableLimitsUser));
    e.write = table.write && ((pte & kApTable1) == 0 || !holds(Rule::Arm64TableLimitsWrite));
    const bool limits = holds(Rule::Arm64TableLimitsExecution);
    e.no_execute = table.no_execute || (limits && (pte & kUxnTable) != 0);
    e.attributes = table.attributes;
    if (limits && (pte & kPxnTable) != 0) e.attributes |= kNoKernelExecute;
    result.kind = Decoded::Kind::Entry;
    return result;
  }
  e.target = pte & kAddress & ~((std::uint64_t{1} << shift(table.level)) - 1);
  e.user = table.user && (pte & kAp1) != 0;
  e.write = table.write && (pte & kAp2) == 0;
  e.no_execute = table.no_execute || (pte & kUxn) != 0;
  e.global = (pte & kNg) == 0 ? holds(Rule::Arm64GlobalUnderEveryAsid) : !holds(Rule::Arm64NotGlobalNeedsItsAsid);
  if ((pte & kContiguous) != 0) {
    result.kind = Decoded::Kind::Unsupported;
    result.unsupported = kContiguousSet;
    e.attributes = kRefusedEntry;
    return result;
  }
  e.accessed = (pte & kAf) != 0;
  e.attributes = static_cast<std::uint8_t>((pte >> 2 & 7) | (pte >> 8 & 3) << kShareability |
                                           (table.attributes & kNoKernelExecute));
  if ((pte & kPxn) != 0) e.attributes |= kNoKernelExecute;
  if ((pte & kDbm) != 0 && table.write) e.attributes |= kDirtyBitModifier;
  e.dirty = (pte & kAp2) == 0;
  if (!e.accessed && accessed_bits(cpu) == 0 && holds(Rule::Arm64AccessFlagNotCached)) {
    result.fault = kAccessFlag | fault_level(table.level);
    return result;
  }
  result.kind = Decoded::Kind::Entry;
  return result;
}

bool Arm64::serves(const Start& start, const Cpu&, std::uint64_t va, bool) const {
  const bool upper = holds(Rule::Arm64UpperHalf) && (va >> 55 & 1) != 0;
  if ((start.table.va != 0) != upper) return false;
  return va - start.table.va < std::uint64_t{1} << shift(kLevels + 1);
}

bool Arm64::permitted(const Cpu&, const Entry& entry, AccessKind kind, bool user) const {
  const bool executes = kind == AccessKind::Fetch && holds(Rule::Arm64UserFetchIgnoresAp1);
  if (user && !entry.user && !executes && holds(Rule::Arm64UserNeedsAp1)) return false;
  switch (kind) {
    case AccessKind::Load: return true;
    case AccessKind::Store: return entry.write || !holds(Rule::Arm64StoreNeedsAp2Clear);
    case AccessKind::Fetch: break;
  }
  if (user) return !entry.no_execute || !holds(Rule::Arm64UserFetchNeedsUxnClear);
  if (entry.user && entry.write && holds(Rule::Arm64KernelNeverFetchesUserWritable)) return false;
  return (entry.attributes & kNoKernelExecute) == 0 || !holds(Rule::Arm64KernelFetchNeedsPxnClear);
}

bool Arm64::fetchable(const Entry& leaf, bool user) const {
  if (user) return !leaf.no_execute;
  return (leaf.attributes & kNoKernelExecute) == 0 && !(leaf.user && leaf.write);
}

const char* Arm64::refused_once_cached(const Entry& entry) const {
  return entry.leaf && (entry.attributes & kRefusedEntry) != 0 ? kContiguousSet : nullptr;
}

std::uint64_t Arm64::permission_fault(unsigned level) const { return kPermission | fault_level(level); }

Outcome Arm64::raise(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, std::uint64_t code) {
  constexpr std::uint64_t kInstructionLength = 1u << 25, kWriteNotRead = 1u << 6;
  const std::uint64_t exception_class = (kind == AccessKind::Fetch ? 0x20u : 0x24u) | (user ? 0u : 1u);
  state.cpus[cpu].arm64.far = va;
  const char* reason = (code & 0x3c) == kTranslation  ? "translation"
                       : (code & 0x3c) == kAccessFlag ? "access flag"
                                                      : "permission";
  return faulted(kVectorAbort,
                 exception_class << 26 | kInstructionLength | (kind == AccessKind::Store ? kWriteNotRead : 0) | code,
                 kind == AccessKind::Fetch ? "instruction abort" : "data abort", reason);
}

const TlbSet* Arm64::unsynchronised(const Cpu& cpu, AccessKind kind) const {
  return kind == AccessKind::Fetch ? &cpu.unsynchronised_fetch : &cpu.unsynchronised_data;
}

std::uint64_t Arm64::accessed_bits(const Cpu& cpu) const {
  const bool sets = features(cpu).access_flag && (cpu.arm64.tcr.back() & kTcrHa) != 0;
  return sets && holds(Rule::Arm64HardwareAccessFlag) ? kAf : 0;
}

bool Arm64::makes_dirty(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const {
  constexpr std::uint64_t kBoth = kTcrHa | kTcrHd;
  if (kind != AccessKind::Store || entry.write || (entry.attributes & kDirtyBitModifier) == 0) return false;
  if (!features(cpu).dirty_state || (cpu.arm64.tcr.back() & kBoth) != kBoth) return false;
  return (!user || entry.user) && holds(Rule::Arm64HardwareDirtyState);
}

// Arm ARM, D8.17.1 (R_WHZWS), and D8.4.1 for what a table descriptor limits. Another change of rights needs none.
std::string Arm64::conflict(const State& state, const Entry& a, const Entry& b) const {
  if (a.tag != b.tag && a.tag != kGlobalTag && b.tag != kGlobalTag) return {};
  if (((a.attributes | b.attributes) & kRefusedEntry) != 0) return {};  // ends the run by itself
  if (!a.leaf && !b.leaf) {
    const bool one = a.level == b.level && a.va == b.va && a.target == b.target;
    const bool limits = a.user != b.user || a.write != b.write || a.no_execute != b.no_execute ||
                        ((a.attributes ^ b.attributes) & kNoKernelExecute) != 0;
    return one && limits && holds(Rule::Arm64BbmTableLimits) ? "limits of a table descriptor" : "";
  }
  if (!a.leaf || !b.leaf) {
    // A table and a block in one entry's place.
    return a.level == b.level && a.va == b.va && holds(Rule::Arm64BbmSize) ? "size" : "";
  }
  if (!covers(a, b.va) && !covers(b, a.va)) return {};
  if (a.level != b.level) return holds(Rule::Arm64BbmSize) ? "size" : "";
  if (a.target != b.target) {
    const bool hardware = std::any_of(state.cpus.begin(), state.cpus.end(), [&](const Cpu& cpu) {
      return features(cpu).dirty_state && (cpu.arm64.tcr.back() & kTcrHd) != 0;
    });
    const auto writable = [&](const Entry& e) {
      return e.write || (hardware && (e.attributes & kDirtyBitModifier) != 0);
    };
    if (writable(a) || writable(b)) return holds(Rule::Arm64BbmAddress) ? "output address" : "";
    for (std::uint64_t at = 0; at < entry_bytes(a); at += 8)
      if (state.memory.read(map_, a.target + at, 8) != state.memory.read(map_, b.target + at, 8))
        return holds(Rule::Arm64BbmContents) ? "output address" : "";
  }
  if (((a.attributes ^ b.attributes) & 7) != 0) return holds(Rule::Arm64BbmAttributes) ? "memory type" : "";
  if ((a.attributes ^ b.attributes) >> kShareability != 0)
    return holds(Rule::Arm64BbmShareability) ? "shareability" : "";
  if (a.global != b.global) return holds(Rule::Arm64BbmGlobal) ? "nG" : "";
  return {};
}

}  // namespace shootdown::machine::arm64
