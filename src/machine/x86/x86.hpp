// The x86 machine: i386 with 2-level tables, x86-64 with 4-level ones. Rules and their sources: docs/machine-x86.md.
//
// Each file holds one kind of rule: paging.cpp how tables are read and what may be cached; control.cpp the control
// registers; invalidate.cpp what each instruction must remove; broadcast.cpp AMD's INVLPGB and TLBSYNC; access.cpp
// translated accesses and page faults; flags.cpp interrupts and the remaining instructions.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "machine/machine.hpp"
#include "machine/outcome.hpp"
#include "machine/rules.hpp"

namespace shootdown::machine::x86 {

enum class Mode : std::uint8_t { I386, X86_64 };

// Control-register bits (SDM 3, 2.5).
inline constexpr std::uint64_t kCr0Pe = 1u << 0, kCr0Wp = 1u << 16, kCr0Pg = 1ull << 31;
inline constexpr std::uint64_t kCr4Pse = 1u << 4, kCr4Pae = 1u << 5, kCr4Pge = 1u << 7, kCr4Pcide = 1u << 17;
inline constexpr std::uint64_t kCr3NoFlush = 1ull << 63, kPcidMask = 0xfff;
// Page-table entry bits (SDM 3, tables 4-5 to 4-19).
inline constexpr std::uint64_t kPresent = 1, kWrite = 2, kUser = 4, kAccessed = 1u << 5, kDirty = 1u << 6,
                               kPageSize = 1u << 7, kGlobal = 1u << 8, kNoExecute = 1ull << 63;
// Page-fault error code (SDM 3, 4.7).
inline constexpr std::uint64_t kPfProtection = 1, kPfWrite = 2, kPfUser = 4, kPfReserved = 8, kPfFetch = 16;

inline constexpr unsigned kVectorDe = 0, kVectorNmi = 2, kVectorUd = 6, kVectorGp = 13, kVectorPf = 14;

class X86 final : public Machine {
 public:
  // `features`: one set a CPU. `map` must outlive the machine.
  X86(Mode mode, std::vector<Features> features, MemoryMap& map, bool monotone)
      : mode_(mode), features_(std::move(features)), map_(map), monotone_(monotone) {
    nx_ = mode_ == Mode::X86_64 &&
          std::all_of(features_.begin(), features_.end(), [](const Features& has) { return has.nx; });
  }

  void reset(State& state) const override;
  Outcome operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                  Chooser& chooser) override;
  void memory_changed(State& state, std::uint64_t address) override;
  void buffer_changed(State& state, unsigned cpu) override { close(state, state.cpus[cpu]); }
  [[nodiscard]] bool drains(Operation op, std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] bool waits(const State& state, unsigned cpu, Operation op,
                           std::span<const std::uint64_t> arguments) const override;
  [[nodiscard]] std::size_t outstanding(const Cpu& cpu) const override { return cpu.broadcasts.size(); }
  [[nodiscard]] bool may_perform(const State& state, unsigned cpu, std::size_t index) const override;
  void perform(State& state, unsigned cpu, std::size_t index) override;
  [[nodiscard]] std::string describe(const Cpu& cpu, std::size_t index) const override;
  [[nodiscard]] bool return_drains() const override { return holds(Rule::IretDrains); }
  [[nodiscard]] bool has_nmis() const override { return true; }
  [[nodiscard]] bool only_flushes(const Cpu& cpu, Operation op,
                                  std::span<const std::uint64_t> arguments) const override;
  void before_read(State& state, std::uint64_t address, unsigned bytes, Chooser& chooser) override;
  void after_write(State& state, std::uint64_t address, unsigned bytes) override;
  [[nodiscard]] std::optional<Entry> walk(const State& state, std::uint64_t root, std::uint64_t va) const override;
  [[nodiscard]] std::optional<std::uint64_t> root(const Cpu& cpu) const override;
  [[nodiscard]] std::uint16_t tag(const Cpu& cpu) const override;
  [[nodiscard]] bool tags_in_use(const Cpu& cpu) const override { return (cpu.x86.cr4 & kCr4Pcide) != 0; }
  [[nodiscard]] std::uint64_t entry_bytes(const Entry& entry) const override;

 private:
  // ---- paging.cpp
  // A table, and what has been collected on the way to it.
  struct Table {
    std::uint64_t address = 0;
    unsigned level = 0;    // of its entries
    std::uint64_t va = 0;  // first address it covers
    bool user = true, write = true, no_execute = false, accessed = true;
  };
  struct Decoded {
    enum class Kind : std::uint8_t { NotPresent, Reserved, Entry } kind = Kind::NotPresent;
    Entry entry;
  };
  struct WalkEnd {
    bool present = false, reserved = false;
    Entry leaf;
    std::vector<std::uint64_t> entries;  // physical addresses of the table entries read, from the start's level down
  };
  [[nodiscard]] unsigned levels() const { return mode_ == Mode::X86_64 ? 4 : 2; }
  [[nodiscard]] unsigned index_bits() const { return mode_ == Mode::X86_64 ? 9 : 10; }
  [[nodiscard]] unsigned pte_bytes() const { return mode_ == Mode::X86_64 ? 8 : 4; }
  [[nodiscard]] std::uint64_t bytes_at(unsigned level) const { return kPageBytes << (index_bits() * (level - 1)); }
  [[nodiscard]] bool covers(const Entry& entry, std::uint64_t va) const {
    return va >= entry.va && va - entry.va < bytes_at(entry.level);
  }
  [[nodiscard]] bool canonical(std::uint64_t va) const;
  [[nodiscard]] Table root_table(std::uint64_t cr3) const;
  [[nodiscard]] Table below(const Entry& prefix) const;
  [[nodiscard]] std::uint64_t pte_address(const Table& table, std::uint64_t va) const;
  [[nodiscard]] Decoded decode(std::uint64_t pte, const Table& table, std::uint64_t va, bool large_pages) const;
  [[nodiscard]] WalkEnd walk_from(const State& state, const Table& start, std::uint64_t va, bool large_pages) const;
  // Every way a walk by `cpu` may end: at each level it may read memory, or the CPU's own buffered store.
  void walks_from(const State& state, const Cpu& cpu, const Table& start, std::uint64_t va,
                  std::vector<WalkEnd>& ends) const;
  [[nodiscard]] bool large_pages(const Cpu& cpu) const {
    return mode_ == Mode::X86_64 || (cpu.x86.cr4 & kCr4Pse) != 0 || !holds(Rule::PseNeedsCr4Pse);
  }
  // Grows `cpu`'s set to everything that may now be cached (conditions 1 to 4).
  void close(State& state, Cpu& cpu) const;
  // What the entries found on the way are made with.
  struct Source {
    std::uint64_t origin = 0;  // the root
    std::uint16_t tag = 0;
    bool from_root = false;  // reached from the loaded root, with what memory holds now
  };
  void close_entry(State& state, Cpu& cpu, const Table& table, std::uint64_t at, std::uint64_t pte,
                   const Source& source, std::vector<Entry>& found) const;
  void close_table(State& state, Cpu& cpu, const Table& table, const Source& source, std::vector<Entry>& found) const;
  [[nodiscard]] bool maps_nothing(const State& state, std::uint64_t table) const;
  // close(), where the rule says that the set grows.
  void fill(State& state, Cpu& cpu, Rule rule) const {
    if (holds(rule)) close(state, cpu);
  }

  // ---- control.cpp
  Outcome move_to_cr0(State& state, unsigned cpu, std::uint64_t value) const;
  Outcome move_to_cr3(State& state, unsigned cpu, std::uint64_t value) const;
  Outcome move_to_cr4(State& state, unsigned cpu, std::uint64_t value) const;
  Outcome control(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const;

  // ---- invalidate.cpp
  Outcome invlpg(State& state, unsigned cpu, std::uint64_t va) const;
  Outcome invpcid(State& state, unsigned cpu, std::uint64_t type, std::uint64_t pcid, std::uint64_t va) const;
  void cut_root_load(Cpu& cpu, std::uint16_t tag) const;           // what a flushing MOV to CR3 removes
  void cut_fault(State& state, Cpu& cpu, std::uint64_t va) const;  // what a page fault on va removes (condition 6)

  // ---- broadcast.cpp
  Outcome invlpgb(State& state, unsigned cpu, std::uint64_t rax, std::uint64_t ecx, std::uint64_t edx) const;
  Outcome tlbsync(unsigned cpu) const;
  [[nodiscard]] bool removes(const Broadcast& broadcast, const Entry& entry) const;
  // `cpu` performs the one at `index`.
  void cut(State& state, Cpu& cpu, std::size_t index) const;

  // ---- access.cpp
  struct Candidate {
    bool fault = false;
    std::uint64_t error_code = 0;
    Entry entry;
    bool fresh = false;
    bool sets_accessed = false, sets_dirty = false;
    bool explained = false;  // a walk of the loaded root's tables lets this access reach the same page now
  };
  Outcome access(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, unsigned bytes,
                 Chooser& chooser);
  [[nodiscard]] std::vector<Candidate> candidates(const State& state, const Cpu& cpu, AccessKind kind, bool user,
                                                  std::uint64_t va, bool& mixed_sizes) const;
  [[nodiscard]] bool permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const;
  void set_bits(State& state, const WalkEnd& walk, bool dirty);
  void forget_older(Cpu& cpu, const Entry& used) const;

  // ---- flags.cpp
  Outcome flags(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const;

  Mode mode_;
  bool nx_ = false;  // XD is in use: as a kernel sets EFER.NXE, on all CPUs or on none
  std::vector<Features> features_;
  MemoryMap& map_;
  bool monotone_;
};

// Helpers for the semantics.
inline Outcome fault(unsigned vector, std::uint64_t error_code, std::string name, std::string reason) {
  return faulted(vector, error_code, std::move(name), std::move(reason));
}

}  // namespace shootdown::machine::x86
