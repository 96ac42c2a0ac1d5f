// The arm64 machine: EL1 and EL0, stage 1, 4 KiB granule, 39-bit addresses. Rules and their sources:
// docs/machine-arm64.md.
//
//   TTBRn_EL1 written ---- old or new ---- context synchronization ---- new
//
//   CPU 0   store PTE | DSB ISHST | TLBI VAE1IS --------- DSB ISH | ISB
//                                       \ `-> performed here  ^ ^
//   CPU 1                                `----> performed ----' |     each at any moment from the TLBI on
//
// A TLBI leaves a Token with each CPU that it is for; performing it is a step of that CPU, which waits for the accesses
// in flight there that used what is removed. A DSB waits for the tokens that its own CPU has issued, no others: why
// a batch has to be completed by whoever began it. What is removed at the issuer may still be used there until DSB and
// context synchronization; elsewhere only by instruction fetches.
//
// Each file holds one kind of rule: paging.cpp tables and rights; older.cpp what a store takes time to end;
// registers.cpp system registers and context synchronization; tlbi.cpp; barriers.cpp; operate.cpp interrupts and the
// rest. How stores wait is the system's (system/store_buffer.hpp).
//
// A CPU without anything that a TLBI would remove, in its TLB or in flight, performs it at once: done later it could
// only remove more.
#pragma once

#include <vector>

#include "machine/tables.hpp"

namespace shootdown::machine::arm64 {

// Descriptor bits (Arm ARM, D8.3).
inline constexpr std::uint64_t kValid = 1, kTable = 2, kAp1 = 1u << 6, kAp2 = 1u << 7, kAf = 1u << 10, kNg = 1u << 11,
                               kDbm = 1ull << 51, kContiguous = 1ull << 52, kPxn = 1ull << 53, kUxn = 1ull << 54,
                               kPxnTable = 1ull << 59, kUxnTable = 1ull << 60, kApTable0 = 1ull << 61,
                               kApTable1 = 1ull << 62, kAddress = 0x0000'ffff'ffff'f000;
inline constexpr std::uint64_t kTcrEpd0 = 1u << 7, kTcrA1 = 1u << 22, kTcrEpd1 = 1u << 23, kTcrHa = 1ull << 39,
                               kTcrHd = 1ull << 40, kTcrAs = 1ull << 36;
inline constexpr std::uint64_t kSctlrM = 1;
inline constexpr std::uint64_t kUpperHalf = 0xffff'ff80'0000'0000;
// In Entry::attributes: AttrIndx in bits 2:0, then
inline constexpr std::uint8_t kNoKernelExecute = 1u << 3, kDirtyBitModifier = 1u << 4, kRefusedEntry = 1u << 5;
inline constexpr unsigned kShareability = 6;  // SH in bits 7:6
inline constexpr unsigned kVectorAbort = 4, kVectorUndefined = 5;
// TLBI types (include/shootdown/arm64.h).
inline constexpr std::uint8_t kTlbiOperation = 7, kTlbiInnerShareable = 0x10, kTlbiRangeForm = 0x20;

struct Features {
  unsigned asid_bits = 8;  // 1 .. 16
  bool range = false, ttl = false, ets2 = false, access_flag = false, dirty_state = false;
};

class Arm64 final : public TableMachine {
 public:
  // `features`: one set a CPU. `fetches`: the program fetches instructions; without, what only a fetch could use is not
  // kept.
  Arm64(std::vector<Features> features, MemoryMap& map, bool monotone, bool fetches)
      : TableMachine(map, monotone, false), features_(std::move(features)), fetches_(fetches) {}

  void reset(State& state) const override;
  Outcome operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                  Chooser& chooser) override;
  [[nodiscard]] bool drains(Operation op, std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] bool waits(const State& state, unsigned cpu, Operation op,
                           std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] std::size_t outstanding(const Cpu& cpu) const override { return cpu.tokens.size(); }
  [[nodiscard]] bool may_perform(const State& state, unsigned cpu, std::size_t index) const override;
  void perform(State& state, unsigned cpu, std::size_t index) override;
  [[nodiscard]] std::string describe(const Cpu& cpu, std::size_t index) const override;
  void before_write(State& state, unsigned cpu, std::uint64_t address, unsigned bytes, std::uint64_t value,
                    bool buffered, bool exchange) const override;
  void store_leaves(State& state, unsigned cpu, const BufferedStore& store) const override;
  void store_left(State& state, unsigned cpu, std::uint64_t address, unsigned bytes) const override;
  [[nodiscard]] bool may_settle(const Cpu& cpu) const override;
  void settle(State& state, unsigned cpu) const override { older_at_dsb(state.cpus[cpu], false); }
  void takes_exception(State& state, unsigned cpu) override;
  void returns_from_exception(State& state, unsigned cpu) override;
  void runs_kernel_code(Cpu& cpu) const override { cpu.arm64.el0 = false; }
  [[nodiscard]] bool return_drains() const override { return false; }
  [[nodiscard]] bool tracks_accesses() const override { return true; }
  [[nodiscard]] bool needs_break_before_make() const override { return true; }
  [[nodiscard]] std::string conflict(const State& state, const Entry& a, const Entry& b) const override;
  [[nodiscard]] bool fetchable(const Entry& leaf, bool user) const override;
  [[nodiscard]] bool wakes_masked() const override { return holds(Rule::Arm64WfiWakesMasked); }
  [[nodiscard]] bool only_flushes(const Cpu&, Operation, std::span<const std::uint64_t>) const override {
    return false;
  }
  [[nodiscard]] std::optional<std::uint64_t> root(const Cpu& cpu) const override;
  [[nodiscard]] std::optional<std::uint64_t> root_for(const Cpu& cpu, std::uint64_t va, bool user) const override;
  [[nodiscard]] std::vector<std::uint64_t> loaded_roots(const Cpu& cpu) const override;
  [[nodiscard]] std::uint16_t tag(const Cpu& cpu) const override;
  [[nodiscard]] bool tag_active(const Cpu& cpu, std::uint16_t tag) const override;
  [[nodiscard]] std::string tag_name(std::uint16_t tag) const override { return "ASID " + std::to_string(tag); }
  [[nodiscard]] bool tags_in_use(const Cpu&) const override { return true; }

 private:
  // ---- paging.cpp
  [[nodiscard]] unsigned shift(unsigned level) const override { return 12 + 9 * (level - 1); }
  [[nodiscard]] unsigned entries(unsigned) const override { return 512; }
  [[nodiscard]] std::vector<Start> starts(const Cpu& cpu) const override;
  [[nodiscard]] Table table_of(const State& state, std::uint64_t root, std::uint64_t va) const override;
  [[nodiscard]] Decoded decode(const Cpu& cpu, std::uint64_t pte, const Table& table, std::uint64_t va) const override;
  [[nodiscard]] Table below(const Entry& prefix) const override;
  [[nodiscard]] bool serves(const Start& start, const Cpu& cpu, std::uint64_t va, bool user) const override;
  [[nodiscard]] bool permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const override;
  [[nodiscard]] std::uint64_t permission_fault(unsigned level) const override;
  Outcome raise(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, std::uint64_t code) override;
  [[nodiscard]] const TlbSet* unsynchronised(const Cpu& cpu, AccessKind kind) const override;
  [[nodiscard]] std::uint64_t accessed_bits(const Cpu& cpu) const override;
  [[nodiscard]] std::uint64_t accessed_mask() const override { return holds(Rule::Arm64HardwareAccessFlag) ? kAf : 0; }
  // The Contiguous bit: one translation for sixteen descriptors side by side.
  [[nodiscard]] const char* refused_once_cached(const Entry& entry) const override;
  [[nodiscard]] bool faults_after_own_stores(const Cpu& cpu, AccessKind kind) const override {
    return kind != AccessKind::Fetch && features(cpu).ets2 && holds(Rule::Arm64Ets2FaultsAfterStores);
  }
  [[nodiscard]] bool makes_dirty(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const override;
  [[nodiscard]] std::uint64_t dirty_pte(std::uint64_t pte) const override { return pte & ~kAp2; }
  [[nodiscard]] Table upper_or_lower(std::uint64_t address, bool upper) const;

  // ---- registers.cpp
  Outcome system_register(State& state, unsigned cpu, Operation op, std::uint64_t value);
  Outcome write(State& state, Cpu& cpu, std::vector<std::uint64_t>& values, std::uint64_t value) const;
  // A context synchronization event.
  void synchronise(State& state, Cpu& cpu) const;
  // The ASID of a TTBR's value under a TCR_EL1; of a TLBI's operand, whose upper bits count also under TCR_EL1.AS = 0.
  [[nodiscard]] std::uint16_t asid(const Cpu& cpu, std::uint64_t ttbr, std::uint64_t tcr) const;
  [[nodiscard]] std::uint16_t operand_asid(const Cpu& cpu, std::uint64_t operand) const;
  [[nodiscard]] const Features& features(const Cpu& cpu) const;

  // ---- older.cpp
  [[nodiscard]] bool faults_later(const Cpu& cpu) const;
  [[nodiscard]] bool may_fault(std::uint64_t descriptor) const;
  void older_at_dsb(Cpu& cpu, bool found_elsewhere) const;
  void older_at_tlbi_of_another(Cpu& cpu) const { older_at_dsb(cpu, true); }
  [[nodiscard]] std::vector<Older> missed_by_tlbi(const Cpu& issuer) const;
  void older_at_synchronisation(Cpu& cpu) const;

  // ---- tlbi.cpp
  Outcome tlbi(State& state, unsigned cpu, std::uint64_t type, std::uint64_t operand);
  [[nodiscard]] bool removes(const Token& token, const Entry& entry) const;
  [[nodiscard]] bool removes(const Token& token, const BufferedStore& store) const;
  // Something that may be cached makes the level hint a wrong one.
  [[nodiscard]] bool hint_is_wrong(const Token& token, const TlbSet& set) const;

  // ---- barriers.cpp
  Outcome barrier(State& state, unsigned cpu, Operation op, std::uint64_t option);

  std::vector<Features> features_;
  bool fetches_;
};

// "VAE1IS"; empty if there is no such type.
std::string tlbi_name(std::uint8_t type);
// "ISH"; empty if there is no such option.
std::string barrier_name(std::uint64_t option);

}  // namespace shootdown::machine::arm64
