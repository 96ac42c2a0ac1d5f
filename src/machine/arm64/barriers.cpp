// DSB, DMB, ISB.
//
// A DSB does not execute before what it waits for has happened (drains, waits). A DMB leaves a mark between the
// buffered stores: system/store_buffer.hpp says what the marks hold back. A walk, or a TLBI, is not a load or store, so
// no DMB holds it back.
//
// Source: Arm ARM, B2.3, D8.17.6; herd7, aarch64hwreqs.cat (which DSBs complete a TLBI).
#include <algorithm>
#include <array>

#include "machine/arm64/arm64.hpp"

namespace shootdown::machine::arm64 {

namespace {
// CRm: domain in bits 3:2 (outer shareable, non-shareable, inner shareable, full system), accesses in bits 1:0.
constexpr std::uint64_t kLoads = 1, kStores = 2, kAllAccesses = 3;
constexpr std::uint64_t kNonShareable = 1;
std::uint64_t accesses(std::uint64_t option) { return option & 3; }
std::uint64_t domain(std::uint64_t option) { return option >> 2 & 3; }
}  // namespace

std::string barrier_name(std::uint64_t option) {
  static constexpr std::array<const char*, 4> kDomains{"OSH", "NSH", "ISH", ""};
  static constexpr std::array<const char*, 4> kAccesses{"", "LD", "ST", ""};
  if (option > 15 || accesses(option) == 0) return {};
  if (option == 15) return "SY";
  return std::string(kDomains[domain(option)]) + kAccesses[accesses(option)];
}

bool Arm64::drains(Operation op, std::span<const std::uint64_t> arguments) const {
  if (op != Operation::Arm64Dsb) return op == Operation::Arm64Dmb && !holds(Rule::Arm64DmbDoesNotReachWalks);
  if (domain(arguments[0]) == kNonShareable) return !holds(Rule::Arm64DsbNshForOwnWalks);
  if (accesses(arguments[0]) == kLoads) return !holds(Rule::Arm64DsbLdDoesNotDrain);
  return holds(Rule::Arm64DsbDrains);
}

bool Arm64::waits(const State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  if (op != Operation::Arm64Dsb) return false;
  const std::uint64_t option = arguments[0];
  const bool completes = accesses(option) == kAllAccesses ? holds(Rule::Arm64DsbWaitsForTlbi)
                         : accesses(option) == kStores    ? !holds(Rule::Arm64DsbStDoesNotComplete)
                                                          : !holds(Rule::Arm64DsbLdDoesNotComplete);
  if (!completes) return false;
  const auto concerns = [&](const Token& token) {
    return token.issuer == cpu || !holds(Rule::Arm64DsbWaitsForItsOwnOnly);
  };
  for (unsigned number = 0; number < state.cpus.size(); ++number) {
    if (number != cpu && domain(option) == kNonShareable && holds(Rule::Arm64DsbNshWaitsHereOnly)) continue;
    const auto& tokens = state.cpus[number].tokens;
    if (std::any_of(tokens.begin(), tokens.end(), concerns)) return true;
  }
  return false;
}

Outcome Arm64::barrier(State& state, unsigned cpu, Operation op, std::uint64_t option) {
  using Kind = BufferedStore::Kind;
  Cpu& c = state.cpus[cpu];
  if (op == Operation::Arm64Isb) {
    if (holds(Rule::Arm64IsbSynchronises)) synchronise(state, c);
    return changed();
  }
  if (barrier_name(option).empty()) return unsupported("a barrier option that is not modelled");
  if (op == Operation::Arm64Dsb) {
    const bool elsewhere = domain(option) == kNonShareable && holds(Rule::Arm64DsbNshForOwnWalks);
    if (accesses(option) != kLoads || !holds(Rule::Arm64DsbLdDoesNotDrain)) older_at_dsb(c, elsewhere);
    if (domain(option) == kNonShareable && accesses(option) != kLoads && !c.buffer.empty()) {
      for (BufferedStore& store : c.buffer) store.own_walks = store.own_walks || store.kind == Kind::Store;
      fill(state, c, Rule::FillWithoutAccess);
    }
    if (accesses(option) == kAllAccesses && features_[cpu].ets2 && holds(Rule::Arm64Ets2DsbEndsUse))
      c.unsynchronised_data.clear();
    return changed();
  }
  if (!holds(Rule::Arm64DmbDoesNotReachWalks)) older_at_dsb(c, false);
  // Other CPUs see nothing of a DMB NSH; loads are in order.
  if (c.buffer.empty() || accesses(option) == kLoads || domain(option) == kNonShareable) return done();
  if (!holds(Rule::Arm64DmbOrdersStores)) return done();
  push_mark(c.buffer, accesses(option) == kAllAccesses || !holds(Rule::Arm64DmbStDoesNotOrderLoads)
                          ? Kind::OrderAll
                          : Kind::OrderStores);
  return done();
}

}  // namespace shootdown::machine::arm64
