// Tables: what a descriptor says, what an access may do.
//
// Source: ARM DDI 0198, chapter 3; ARM DDI 0100 (ARMv5), part B, chapter 4.
#include "machine/arm/arm.hpp"

namespace shootdown::machine::arm {

namespace {

// AP: 0 nobody (S and R are clear), 1 privileged only, 2 user may read, 3 user may write.
void set_rights(Entry& e, std::uint64_t ap) {
  e.user = ap >= 2;
  e.write = ap != 2;
  if (ap == 0) e.attributes = kNoAccess;
}

}  // namespace

std::optional<std::uint64_t> Arm::root(const Cpu& cpu) const {
  if ((cpu.arm.control & kControlM) == 0) return std::nullopt;
  return cpu.arm.ttbr & kTtbrBase;
}

std::uint16_t Arm::tag(const Cpu& cpu) const {
  return holds(Rule::ArmNoTags) ? std::uint16_t{0} : static_cast<std::uint16_t>(cpu.arm.ttbr >> 12);
}

std::vector<Arm::Start> Arm::starts(const Cpu& cpu) const {
  const auto loaded = root(cpu);
  if (!loaded) return {};
  Start start;
  start.root = start.table.address = *loaded;
  start.table.level = kFirstLevel;
  start.table.limit = entries(kFirstLevel);
  start.tag = tag(cpu);
  return {start};
}

Arm::Table Arm::table_of(const State&, std::uint64_t root, std::uint64_t) const {
  Table table;
  table.address = root;
  table.level = kFirstLevel;
  table.limit = entries(kFirstLevel);
  return table;
}

Arm::Table Arm::below(const Entry& prefix) const {
  Table table;
  table.address = prefix.target;
  table.level = kPage;
  table.va = prefix.va;
  table.limit = entries(kPage);
  return table;
}

Arm::Decoded Arm::decode(const Cpu&, std::uint64_t pte, const Table& table, std::uint64_t va) const {
  Decoded result;
  const bool first = table.level == kFirstLevel;
  result.fault = first || !holds(Rule::ArmFaultNamesLevel) ? kSectionTranslation : kPageTranslation;
  const std::uint64_t type = pte & kTypeMask;
  if (type == 0) return result;
  Entry& e = result.entry;
  e.level = static_cast<std::uint8_t>(table.level);
  e.va = va & ~((std::uint64_t{1} << shift(table.level)) - 1);
  e.dirty = true;
  const auto refuse = [&](const char* what) {
    result.kind = Decoded::Kind::Unsupported;
    result.unsupported = what;
    e.attributes = kRefused;
    return result;
  };
  if (first) {
    e.leaf = type == kSection;
    e.target = pte & (e.leaf ? kSectionBase : kCoarseBase);
    if (type == kFine) return refuse("a fine page table");
    if (e.leaf)
      set_rights(e, pte >> 10 & 3);
    else
      e.user = e.write = true;
    result.kind = Decoded::Kind::Entry;
    return result;
  }
  if (type != kSmall) return refuse(type == kLarge ? "a large page of 64 KiB" : "a tiny page in a coarse table");
  const std::uint64_t ap = pte >> 4 & 3;
  if ((pte >> 4 & 0xff) != ap * 0x55) return refuse("a small page whose four AP fields differ");
  e.target = pte & kSmallBase;
  set_rights(e, ap);
  result.kind = Decoded::Kind::Entry;
  return result;
}

const char* Arm::refused(const Entry& entry) const {
  if (!entry.leaf || entry.attributes != kRefused) return nullptr;
  return "an access through what may be cached of a large, tiny or divided page";
}

const char* Arm::refused_once_cached(const Entry& prefix) const {
  return !prefix.leaf && prefix.attributes == kRefused ? "a fine page table" : nullptr;
}

bool Arm::usable(const Entry& leaf) const { return leaf.attributes != kNoAccess || !holds(Rule::ArmAp0Nobody); }

bool Arm::permitted(const Cpu&, const Entry& entry, AccessKind kind, bool user) const {
  if (!usable(entry)) return false;
  if (!user) return kind != AccessKind::Store || entry.write || holds(Rule::ArmPrivilegedMayWrite);
  if (!entry.user && holds(Rule::ArmUserNeedsAp)) return false;
  return kind != AccessKind::Store || entry.write || !holds(Rule::ArmUserStoreNeedsAp3);
}

std::uint64_t Arm::permission_fault(unsigned level) const {
  return level == kPage || !holds(Rule::ArmFaultNamesLevel) ? kPagePermission : kSectionPermission;
}

Outcome Arm::raise(State& state, unsigned cpu, AccessKind kind, bool, std::uint64_t va, std::uint64_t code) {
  if (holds(Rule::ArmFaultAddress)) state.cpus[cpu].arm.far = va;
  const bool permission = code == kSectionPermission || code == kPagePermission;
  const bool fetch = kind == AccessKind::Fetch && holds(Rule::ArmFetchIsPrefetchAbort);
  return faulted(fetch ? kVectorPrefetchAbort : kVectorDataAbort, code | (kind == AccessKind::Store ? kFsrWrite : 0),
                 fetch ? "prefetch abort" : "data abort", permission ? "permission" : "translation");
}

}  // namespace shootdown::machine::arm
