// The machine of ARM processors before version 6: ARM926EJ-S, one CPU. Rules and their sources: docs/machine-arm.md.
//
//   TTBR -> first-level table (4096 entries, level 2) -> coarse table (256 entries, level 1) -> small page
//                `-> section of 1 MiB
//
// There are no tags: what was cached from one table is used under the next, until it is invalidated; a write to TTBR
// invalidates nothing. Of the walk only its result is cached.
//
// All domains are clients. The virtually tagged data cache is not modelled.
#pragma once

#include <vector>

#include "machine/tables.hpp"

namespace shootdown::machine::arm {

// Descriptors (DDI 0198, chapter 3).
inline constexpr std::uint64_t kTypeMask = 3, kCoarse = 1, kSection = 2, kFine = 3, kLarge = 1, kSmall = 2;
inline constexpr std::uint64_t kTtbrBase = 0xffff'c000, kCoarseBase = 0xffff'fc00, kSectionBase = 0xfff0'0000,
                               kSmallBase = 0xffff'f000;
inline constexpr std::uint64_t kControlM = 1;
inline constexpr unsigned kPage = 1, kFirstLevel = 2;
inline constexpr unsigned kVectorPrefetchAbort = 3, kVectorDataAbort = 4;
// FSR[3:0]; bit 11 as in include/shootdown/arm.h.
inline constexpr std::uint64_t kSectionTranslation = 0x5, kPageTranslation = 0x7, kSectionPermission = 0xd,
                               kPagePermission = 0xf, kFsrWrite = 1u << 11;
inline constexpr std::uint8_t kNoAccess = 1;  // in Entry::attributes: AP = 0

class Arm final : public TableMachine {
 public:
  Arm(MemoryMap& map, bool monotone) : TableMachine(map, monotone, false) {}

  void reset(State& state) const override;
  Outcome operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                  Chooser& chooser) override;
  [[nodiscard]] bool drains(Operation, std::span<const std::uint64_t>) const override { return false; }
  [[nodiscard]] bool waits(const State&, unsigned, Operation, std::span<const std::uint64_t>) const override {
    return false;
  }
  [[nodiscard]] std::size_t outstanding(const Cpu&) const override { return 0; }
  [[nodiscard]] bool may_perform(const State&, unsigned, std::size_t) const override { return false; }
  void perform(State&, unsigned, std::size_t) override {}
  [[nodiscard]] std::string describe(const Cpu&, std::size_t) const override { return {}; }
  [[nodiscard]] bool wakes_masked() const override { return holds(Rule::ArmWfiWakesMasked); }
  [[nodiscard]] bool only_flushes(const Cpu&, Operation, std::span<const std::uint64_t>) const override {
    return false;
  }
  [[nodiscard]] bool usable(const Entry& leaf) const override;
  [[nodiscard]] std::optional<std::uint64_t> root(const Cpu& cpu) const override;
  [[nodiscard]] std::uint64_t table_bytes(const Entry&) const override { return 1024; }
  [[nodiscard]] const char* refused_once_cached(const Entry& prefix) const override;
  [[nodiscard]] std::uint64_t root_bytes(const Cpu&, std::uint64_t) const override { return 4 * kPageBytes; }
  [[nodiscard]] std::uint16_t tag(const Cpu& cpu) const override;
  [[nodiscard]] std::string tag_name(std::uint16_t) const override { return "no tag"; }
  [[nodiscard]] bool tags_in_use(const Cpu&) const override { return false; }

 private:
  // ---- paging.cpp
  [[nodiscard]] unsigned pte_bytes() const override { return 4; }
  [[nodiscard]] unsigned shift(unsigned level) const override { return level == kPage ? 12 : 20; }
  [[nodiscard]] unsigned entries(unsigned level) const override { return level == kPage ? 256 : 4096; }
  [[nodiscard]] std::vector<Start> starts(const Cpu& cpu) const override;
  [[nodiscard]] Table table_of(const State& state, std::uint64_t root, std::uint64_t va) const override;
  [[nodiscard]] Decoded decode(const Cpu& cpu, std::uint64_t pte, const Table& table, std::uint64_t va) const override;
  [[nodiscard]] Table below(const Entry& prefix) const override;
  [[nodiscard]] bool serves(const Start&, const Cpu&, std::uint64_t, bool) const override { return true; }
  [[nodiscard]] bool permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const override;
  [[nodiscard]] std::uint64_t permission_fault(unsigned level) const override;
  Outcome raise(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, std::uint64_t code) override;
  [[nodiscard]] bool keeps_prefixes() const override { return !holds(Rule::ArmWalkNotCached); }
  [[nodiscard]] bool needs_write(bool user) const override { return user; }
  [[nodiscard]] const char* refused(const Entry& entry) const override;

  // ---- operate.cpp
  Outcome invalidate(State& state, Cpu& cpu, Operation op, std::uint64_t va) const;
  Outcome control(State& state, Cpu& cpu, std::uint64_t value) const;
};

}  // namespace shootdown::machine::arm
