// The s390x machine: z/Architecture, 64-bit mode, translation always on. Rules and their sources: docs/machine-s390.md.
//
//   CR1  primary ASCE    user accesses          each, while it is loaded, a place where translations
//   CR7  secondary ASCE  no accesses here       may be made at any time (starts)
//   CR13 home ASCE       kernel accesses
//
//   region-first 5 -> region-second 4 -> region-third 3 -> segment 2 -> page 1      levels, as Entry counts them
//
// A translation is used only under the ASCE that it was made with: its tag is the page number of the ASCE's table
// origin; its attributes have the type of the ASCE and, in a region-table entry, the length of the table below. All
// memory lies below 2^28 (program::layout), so page numbers have 16 bits; 0xffff, kGlobalTag, is a page of
// program::layout's functions, where no table can be.
//
// Invalidations that reach other CPUs (IPTE, IDTE, CSP, CRDTE) are one step: they wait until the CPU's own stores are
// in memory and until other CPUs' accesses in flight are done that used what is taken away; then memory changes, and
// every CPU forgets.
//
// A table entry of zeros is valid on this machine.
//
// Each file holds one kind of rule: paging.cpp tables and rights; registers.cpp control registers, system mask and
// which file executes what; invalidate.cpp; attach.cpp which stores to tables are allowed.
#pragma once

#include <vector>

#include "machine/tables.hpp"

namespace shootdown::machine::s390 {

// ASCEs and table entries (PoP, chapter 3).
inline constexpr std::uint64_t kOrigin = 0xffff'ffff'ffff'f000, kPageTableOrigin = 0xffff'ffff'ffff'f800;
inline constexpr std::uint64_t kType = 0x0c, kLength = 0x03;
inline constexpr std::uint64_t kRealSpace = 0x20;                                  // ASCE
inline constexpr std::uint64_t kInvalid = 0x20, kProtect = 0x200, kOffset = 0xc0;  // region, segment
inline constexpr std::uint64_t kFormat = 0x400, kCommon = 0x10;                    // region-third, segment
inline constexpr std::uint64_t kPageInvalid = 0x400, kPageNoExecute = 0x100, kPageZero = 0x800;  // page
inline constexpr std::uint64_t kPageFree = 0xff;  // the program's own bits of a page-table entry
// The entry behind its table's end, or beyond what the ASCE covers.
inline constexpr unsigned kPage = 1, kSegment = 2, kRegionThird = 3, kRegionSecond = 4, kRegionFirst = 5;
inline constexpr unsigned kVectorPgm = 4;
// Program-interruption codes (PoP, chapter 6).
inline constexpr std::uint64_t kPgmOperation = 0x01, kPgmProtection = 0x04, kPgmSegment = 0x10, kPgmPage = 0x11,
                               kPgmSpecification = 0x12, kPgmAsceType = 0x38, kPgmRegionFirst = 0x39;
// Operands (include/shootdown/s390.h).
inline constexpr std::uint64_t kLocalClearing = 1, kIdteAsce = 0x800, kDesignatesNoPageTable = 0x10;

struct Features {
  bool idte = true, local_clearing = false, crdte = false;
};

class S390 final : public TableMachine {
 public:
  // `features`: one set a CPU.
  S390(std::vector<Features> features, MemoryMap& map, bool monotone)
      : TableMachine(map, monotone, true), features_(std::move(features)) {}

  void reset(State& state) const override;
  Outcome operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                  Chooser& chooser) override;
  [[nodiscard]] bool drains(Operation op, std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] bool waits(const State& state, unsigned cpu, Operation op,
                           std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] std::size_t outstanding(const Cpu&) const override { return 0; }
  [[nodiscard]] bool may_perform(const State&, unsigned, std::size_t) const override { return false; }
  void perform(State&, unsigned, std::size_t) override {}
  [[nodiscard]] std::string describe(const Cpu&, std::size_t) const override { return {}; }
  [[nodiscard]] bool interruption_drains() const override { return holds(Rule::S390InterruptionSerialises); }
  [[nodiscard]] bool tracks_accesses() const override { return true; }
  [[nodiscard]] std::optional<Touched> touches(const Cpu& cpu, Operation op,
                                               std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] std::optional<TableStore> table_store(const State& state, unsigned cpu, std::uint64_t address,
                                                      unsigned bytes, std::uint64_t value) const override;
  [[nodiscard]] bool only_flushes(const Cpu&, Operation, std::span<const std::uint64_t>) const override {
    return false;
  }
  [[nodiscard]] std::optional<std::uint64_t> root(const Cpu& cpu) const override;
  [[nodiscard]] std::optional<std::uint64_t> root_for(const Cpu& cpu, std::uint64_t va, bool user) const override;
  [[nodiscard]] std::vector<std::uint64_t> loaded_roots(const Cpu& cpu) const override;
  [[nodiscard]] std::uint64_t table_bytes(const Entry& prefix) const override;
  [[nodiscard]] const char* refused_once_cached(const Entry& prefix) const override;
  [[nodiscard]] std::uint64_t root_bytes(const Cpu& cpu, std::uint64_t root) const override;
  [[nodiscard]] std::uint16_t tag(const Cpu& cpu) const override;
  [[nodiscard]] bool tag_active(const Cpu& cpu, std::uint16_t tag) const override;
  [[nodiscard]] std::string tag_name(std::uint16_t tag) const override;
  [[nodiscard]] bool tags_in_use(const Cpu&) const override { return true; }

 private:
  // ---- paging.cpp
  [[nodiscard]] unsigned shift(unsigned level) const override {
    return level == kPage ? 12 : 20 + 11 * (level - kSegment);
  }
  [[nodiscard]] unsigned entries(unsigned level) const override { return level == kPage ? 256 : 2048; }
  [[nodiscard]] std::vector<Start> starts(const Cpu& cpu) const override;
  [[nodiscard]] Table table_of(const State& state, std::uint64_t root, std::uint64_t va) const override;
  [[nodiscard]] Decoded decode(const Cpu& cpu, std::uint64_t pte, const Table& table, std::uint64_t va) const override;
  [[nodiscard]] Table below(const Entry& prefix) const override;
  [[nodiscard]] bool serves(const Start& start, const Cpu& cpu, std::uint64_t va, bool user) const override;
  [[nodiscard]] bool permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const override;
  [[nodiscard]] std::uint64_t permission_fault(unsigned) const override { return kPgmProtection; }
  Outcome raise(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, std::uint64_t code) override;
  [[nodiscard]] bool zero_is_valid() const override { return holds(Rule::S390ZeroEntryIsValid); }
  [[nodiscard]] bool keeps_table() const override { return true; }
  [[nodiscard]] const char* refused(const Entry& entry) const override;
  [[nodiscard]] std::uint64_t asce_for(const Cpu& cpu, bool user) const;

  // ---- registers.cpp
  Outcome load_control(State& state, Cpu& cpu, std::uint64_t number, std::uint64_t value) const;
  Outcome system_mask(Cpu& cpu, Operation op, std::uint64_t mask) const;

  // ---- invalidate.cpp
  // What an invalidation is about, from its operands.
  struct Selection {
    const char* unsupported = nullptr;
    bool operation_exception = false;
    bool local = false;
    // The entry at `index` of the table of `level` at `table`, and everything below; level 0: everything, or all of
    // tag.
    unsigned level = 0;
    std::uint64_t table = 0, index = 0;
    std::uint64_t frame = 0;  // of a page-table entry: the page that it holds, or held when it was made invalid
    std::optional<std::uint16_t> tag;  // of the ASCE that it names, if it names one; kGlobalTag: nothing has that here
    std::uint8_t type = 0;             // with `tag`: the ASCE's designation type
    std::optional<Touched> memory;     // what it changes
  };
  [[nodiscard]] Selection select(const Cpu& cpu, Operation op, std::span<const std::uint64_t> arguments) const;
  // The same, with what has to be read from memory, before it changes.
  [[nodiscard]] Selection select(const State& state, unsigned cpu, Operation op,
                                 std::span<const std::uint64_t> arguments) const;
  // `entry` was made with the ASCE that is named, or none is. (Of what is refused the type is not known.)
  [[nodiscard]] static bool of_asce(const Selection& selection, const Entry& entry);
  [[nodiscard]] bool selects(const Selection& selection, const Entry& entry) const;
  // All entries of `cpu` that go.
  [[nodiscard]] std::vector<Entry> selected(const Selection& selection, const Cpu& cpu) const;
  [[nodiscard]] bool compares(const State& state, Operation op, std::span<const std::uint64_t> arguments,
                              const Touched& memory) const;
  [[nodiscard]] std::uint64_t read_word(const State& state, const Touched& memory) const;
  void write_word(State& state, const Touched& memory, std::uint64_t value) const;
  void forget(State& state, unsigned cpu, const Selection& selection) const;
  Outcome invalidate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments);

  // ---- attach.cpp
  struct Place {
    unsigned level = 0;
    std::uint64_t va = 0, root = 0;
  };
  // Where `cpu` may come upon the word at `address` when it walks.
  [[nodiscard]] std::optional<Place> uses(const Cpu& cpu, std::uint64_t address) const;

  std::vector<Features> features_;
};

std::uint16_t tag_of(std::uint64_t asce);
// The start that an ASCE gives; none for 0.
std::optional<std::uint64_t> origin_of(std::uint64_t asce);

}  // namespace shootdown::machine::s390
