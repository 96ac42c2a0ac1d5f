// TLBI: which entries each form must remove, and when.
//
// Source: Arm ARM, D8.17 (scope, D8.17.5; completion, D8.17.6); the rule for accesses in flight as in herd7's and
// ArchSem's models of it; level hints, C5.5, the TTL fields.
#include <algorithm>
#include <array>
#include <utility>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

namespace {

// The low three bits of a type.
enum : std::uint8_t { kVmalle1 = 0, kVae1 = 1, kAside1 = 2, kVaae1 = 3, kVale1 = 5, kVaale1 = 7 };

bool by_address(std::uint8_t type) { return (type & 1) != 0; }
bool last_level(std::uint8_t type) { return (type & 5) == 5; }
bool every_asid(std::uint8_t type) { return (type & 3) == 3; }

std::uint64_t sign_extend(std::uint64_t value, unsigned bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return (value ^ sign) - sign;
}

}  // namespace

std::string tlbi_name(std::uint8_t type) {
  static constexpr std::array<const char*, 8> kNames{"VMALLE1", "VAE1", "ASIDE1", "VAAE1", "", "VALE1", "", "VAALE1"};
  const std::string name = kNames[type & kTlbiOperation];
  constexpr std::uint8_t kAll = kTlbiOperation | kTlbiInnerShareable | kTlbiRangeForm;
  if (name.empty() || (type & ~kAll) != 0) return {};
  const bool range = (type & kTlbiRangeForm) != 0;
  if (range && !by_address(type)) return {};
  return (range ? "R" : "") + name + ((type & kTlbiInnerShareable) != 0 ? "IS" : "");
}

namespace {
// Whether a hint leaves `entry` among what has to go. Of the range forms the manual says what goes with it; of the
// others only that nothing has to if it is wrong for the entry, so that intermediate entries stay.
bool removes_with_hint(const Token& token, const Entry& entry) {
  const unsigned level = 4u - entry.level;
  if (entry.leaf) return level == token.level || !holds(Rule::Arm64TtlOfLeaf);
  if ((token.type & kTlbiRangeForm) == 0) return !holds(Rule::Arm64TtlKeepsPrefixes);
  return level < token.level && holds(Rule::Arm64TtlRangeRemovesPrefixes);
}
}  // namespace

bool Arm64::removes(const Token& token, const Entry& entry) const {
  const std::uint8_t form = token.type & kTlbiOperation;
  const bool global = entry.tag == kGlobalTag;
  if (form == kVmalle1) return holds(Rule::Arm64TlbiAllRemovesAll);
  if (form == kAside1) {
    if (global) return !holds(Rule::Arm64TlbiAsidKeepsGlobal);
    return entry.tag == token.asid ? holds(Rule::Arm64TlbiAsidRemovesAsid) : !holds(Rule::Arm64TlbiAsidKeepsOtherAsids);
  }
  const std::uint64_t pages = holds(Rule::Arm64TlbiRange) ? std::max<std::uint64_t>(token.pages, 1) : 1;
  // By last addresses: the uppermost page has none behind it.
  const bool touches =
      entry.va <= token.va + (pages * kPageBytes - 1) && token.va <= entry.va + (entry_bytes(entry) - 1);
  if (!touches) return entry.leaf && !holds(Rule::Arm64TlbiVaKeepsOtherPages);
  if (token.level != 0 && !removes_with_hint(token, entry)) return false;
  if (!entry.leaf) {
    if (last_level(token.type) ? holds(Rule::Arm64TlbiLastLevelKeepsPrefixes)
                               : !holds(Rule::Arm64TlbiVaRemovesPrefixes))
      return false;
  } else if (!holds(Rule::Arm64TlbiVaRemovesPage)) {
    return false;
  }
  if (global) return holds(Rule::Arm64TlbiVaRemovesGlobal);
  if (every_asid(token.type) && holds(Rule::Arm64TlbiVaaRemovesEveryAsid)) return true;
  return entry.tag == token.asid || !holds(Rule::Arm64TlbiVaKeepsOtherAsids);
}

// A store in flight used a translation that the token is about.
bool Arm64::removes(const Token& token, const BufferedStore& store) const {
  if (store.kind != BufferedStore::Kind::Store || !store.translated) return false;
  Entry used;
  used.tag = store.tag;
  used.va = store.page;
  used.level = store.level;
  used.va = store.page & ~(entry_bytes(used) - 1);
  return removes(token, used);
}

// Then no entry has to be removed (R_SQXYZ), which is taken to mean the intermediate ones.
bool Arm64::hint_is_wrong(const Token& token, const TlbSet& set) const {
  if (token.level == 0) return false;
  Token any = token;
  any.level = 0;
  return std::any_of(set.entries().begin(), set.entries().end(), [&](const Entry& entry) {
    return entry.leaf && 4u - entry.level != token.level && removes(any, entry);
  });
}

Outcome Arm64::tlbi(State& state, unsigned cpu, std::uint64_t type, std::uint64_t operand) {
  Token token;
  token.type = static_cast<std::uint8_t>(type);
  token.issuer = cpu;
  if (type > 0xff || tlbi_name(token.type).empty()) return unsupported("a TLBI that is not modelled");
  const bool range = (type & kTlbiRangeForm) != 0;
  if (range && !features_[cpu].range && holds(Rule::Arm64TlbiRangeUndefined))
    return faulted(kVectorUndefined, 0, "undefined instruction", "TLBI by range without FEAT_TLBIRANGE");
  if (((type & kTlbiOperation) == kAside1 || by_address(token.type)) && !every_asid(token.type))
    token.asid = operand_asid(state.cpus[cpu], operand);
  if (by_address(token.type)) {
    if (range) {
      const std::uint64_t number = operand >> 39 & 0x1f, scale = operand >> 44 & 3;
      if ((operand >> 46 & 3) != 1) return unsupported("TLBI by range with another granule than 4 KiB (TG)");
      token.level = operand >> 37 & 3;
      const std::uint64_t below = token.level == 0 ? 0 : (std::uint64_t{1} << (9 * (3 - token.level))) - 1;
      if ((operand & below) != 0)
        return unsupported("TLBI by range with a level hint and a start that is not aligned to that level");
      token.va = sign_extend(operand & 0x1f'ffff'ffff, 37) << 12;
      token.pages = (number + 1) << (5 * scale + 1);
    } else {
      const std::uint64_t hint = operand >> 44 & 0xf;
      if (hint != 0 && hint >> 2 != 1) return unsupported("a TLBI level hint (TTL) of another granule than 4 KiB");
      token.level = hint & 3;
      token.va = sign_extend(operand & 0xfff'ffff'ffff, 44) << 12;
    }
  }
  if (token.level != 0)
    for (const Features& each : features_)
      if (!each.ttl) return unsupported("a TLBI level hint (TTL) where a CPU has no FEAT_TTL (--cpu-features)");
  for (unsigned number = 0; number < state.cpus.size(); ++number) {
    Cpu& c = state.cpus[number];
    if (number != cpu) {
      const bool reaches = (type & kTlbiInnerShareable) != 0 ? holds(Rule::Arm64TlbiIsReachesEveryCpu)
                                                             : !holds(Rule::Arm64TlbiPlainIsLocal);
      if (!reaches) continue;
      if (range && !features_[number].range && holds(Rule::Arm64TlbiRangeNeedsItThere)) continue;
    }
    const auto none = [&](const TlbSet& set) {
      return std::none_of(set.entries().begin(), set.entries().end(),
                          [&](const Entry& entry) { return removes(token, entry); });
    };
    if (none(c.tlb) && (number == cpu || none(c.unsynchronised_data)) &&
        std::none_of(c.buffer.begin(), c.buffer.end(), [&](const BufferedStore& s) { return removes(token, s); }))
      continue;
    token.missed = number == cpu ? std::vector<Older>() : missed_by_tlbi(state.cpus[cpu]);
    const auto at = std::lower_bound(c.tokens.begin(), c.tokens.end(), token);
    const auto index = static_cast<std::size_t>(at - c.tokens.begin());
    if (at == c.tokens.end() || *at != token) c.tokens.insert(at, token);
    if (!holds(Rule::Arm64TlbiPerformedLater)) perform(state, number, index);
  }
  return changed();
}

bool Arm64::may_perform(const State& state, unsigned cpu, std::size_t index) const {
  const Cpu& c = state.cpus[cpu];
  return !holds(Rule::Arm64TlbiWaitsForAccesses) ||
         std::none_of(c.buffer.begin(), c.buffer.end(),
                      [&](const BufferedStore& store) { return removes(c.tokens[index], store); });
}

void Arm64::perform(State& state, unsigned cpu, std::size_t index) {
  Cpu& c = state.cpus[cpu];
  const Token token = c.tokens[index];
  c.tokens.erase(c.tokens.begin() + static_cast<std::ptrdiff_t>(index));
  // It stays usable where it is until the CPU synchronises: for everything at the issuer, for fetches elsewhere.
  const bool here = token.issuer == cpu;
  const bool data = here && holds(Rule::Arm64RemovedUsableUntilSync);
  const bool fetch = fetches_ && holds(here ? Rule::Arm64RemovedUsableUntilSync : Rule::Arm64RemovedFetchableElsewhere);
  const bool wrong = hint_is_wrong(token, c.tlb);
  const auto keep = [&](const Entry& entry) {
    if (data) c.unsynchronised_data.add(entry, false);
    if (fetch) c.unsynchronised_fetch.add(entry, false);
  };
  std::vector<Entry> prefixes, leaves;
  c.tlb.remove_if([&](const Entry& entry) {
    if (!removes(token, entry) || (wrong && !entry.leaf)) return false;
    if (entry.leaf) keep(entry);
    (entry.leaf ? leaves : prefixes).push_back(entry);
    return true;
  });
  // What the CPU's own TLBI had removed and it went on using, another CPU's ends (D8.17.8: no access by a PE that the
  // TLBI is for uses the old translation after it has completed).
  if (!here && holds(Rule::Arm64TlbiOfAnotherEndsUse))
    c.unsynchronised_data.remove_if([&](const Entry& entry) { return removes(token, entry); });
  if (here) {
    fill(state, c, Rule::FillAfterCut);
  } else {
    older_at_tlbi_of_another(c);
    std::vector<Older> own = std::exchange(c.older, token.missed);
    fill(state, c, Rule::FillAfterCut);
    c.older = std::move(own);
  }
  keep_dangling(state, c, leaves);
  // One that is there again needs no other place.
  for (const Entry& prefix : prefixes)
    if (std::none_of(c.tlb.entries().begin(), c.tlb.entries().end(),
                     [&](const Entry& entry) { return entry.same_hardware(prefix); }))
      keep(prefix);
}

std::string Arm64::describe(const Cpu& cpu, std::size_t index) const {
  const Token& token = cpu.tokens[index];
  std::string text = "TLBI " + tlbi_name(token.type) + " of CPU" + std::to_string(token.issuer);
  if (by_address(token.type)) text += ", " + hexadecimal(token.va);
  if (!token.missed.empty()) text += ", as if before older stores: no DSB between";
  return text;
}

}  // namespace shootdown::machine::arm64
