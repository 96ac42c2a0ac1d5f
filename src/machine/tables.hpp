// What the machines with plain tables share: walks, the set of what may be cached, and translated accesses. (x86, whose
// hardware writes into its tables under other rules, has its own: x86/paging.cpp, x86/access.cpp.)
//
//   roots (starts)                    decode() says what an entry is
//     | table, level n    --entry-->  table, level n-1  --entry-->  page
//     |                                   ^
//     `-- a CPU may have several          `-- a cached intermediate entry (prefix) is another place to start from
//
// close(): the set is closed under "extend an active root, or a cached prefix under an active tag, by one level with
// what memory holds now" (HARDWARE.md 8.1, conditions 1 to 4). An access chooses among the cached translations of its
// page and all walks from an active root or prefix (condition 5).
//
// An architecture says what its tables look like (decode, geometry), which roots are active, what an access may do, and
// how a fault is reported. Which entries are never cached is what decode() gives as a fault.
#pragma once

#include <optional>
#include <vector>

#include "machine/machine.hpp"
#include "machine/outcome.hpp"
#include "machine/rules.hpp"

namespace shootdown::machine {

class TableMachine : public Machine {
 public:
  // `map` must outlive the machine. `monotone`: see Configuration::monotone_tlb.
  TableMachine(MemoryMap& map, bool monotone, bool big_endian)
      : map_(map), monotone_(monotone), big_endian_(big_endian) {}

  void memory_changed(State& state, std::uint64_t address) override;
  void buffer_changed(State& state, unsigned cpu) override { close(state, state.cpus[cpu]); }
  void before_read(State& state, std::uint64_t address, unsigned bytes, Chooser& chooser) override;
  void after_write(State& state, std::uint64_t address, unsigned bytes) override;
  [[nodiscard]] std::optional<Entry> walk(const State& state, std::uint64_t root, std::uint64_t va) const override;
  [[nodiscard]] std::uint64_t entry_bytes(const Entry& entry) const override {
    return std::uint64_t{1} << shift(entry.level);
  }

 protected:
  // A table, and what has been collected on the way to it.
  struct Table {
    std::uint64_t address = 0;
    unsigned level = 0;    // of its entries; 1 = lowest
    std::uint64_t va = 0;  // first address it covers
    unsigned first = 0;    // its entries first .. limit - 1 are there
    unsigned limit = 0;
    bool user = true, write = true, no_execute = false;
    bool accessed = true;
    std::uint8_t attributes = 0;  // as Entry::attributes
  };
  // Where a walk may begin, and what its translations are tagged with.
  struct Start {
    Table table;
    std::uint64_t root = 0;
    std::uint16_t tag = 0;
  };
  // What one table entry is. A fault's code is the architecture's.
  struct Decoded {
    enum class Kind : std::uint8_t { Fault, Unsupported, Entry } kind = Kind::Fault;
    std::uint64_t fault = 0;
    const char* unsupported = "";
    Entry entry;
  };
  struct WalkEnd {
    Decoded last;
    std::vector<std::uint64_t> entries;  // physical addresses of the table entries read
    bool newest = true;                  // it has missed no store of its own CPU
    bool older = false;                  // it has read what memory does not hold any more,
    bool older_leaf = false;             // as the last entry,
    bool exchange = false;               // which an atomic read-modify-write has replaced
  };
  struct Candidate {
    bool fault = false;
    std::uint64_t code = 0;
    const char* unsupported = nullptr;
    Entry entry;
    bool fresh = false;      // a walk from an active root gives this outcome now
    bool explained = false;  // such a walk lets this access reach the same page now
    bool older = false;      // the walk has read what memory does not hold any more: it changes nothing there
    bool sets_accessed = false, sets_dirty = false;
  };

  // ---- what an architecture says
  [[nodiscard]] virtual unsigned pte_bytes() const { return 8; }
  [[nodiscard]] virtual unsigned shift(unsigned level) const = 0;    // log2 of what an entry covers
  [[nodiscard]] virtual unsigned entries(unsigned level) const = 0;  // of a whole table
  // Every root that a walk by `cpu` may begin at; none while translation is off.
  [[nodiscard]] virtual std::vector<Start> starts(const Cpu& cpu) const = 0;
  // The table at `root` as its address space's own, for ghost statements; `va` tells which half, where there are two.
  [[nodiscard]] virtual Table table_of(const State& state, std::uint64_t root, std::uint64_t va) const = 0;
  [[nodiscard]] virtual Decoded decode(const Cpu& cpu, std::uint64_t pte, const Table& table,
                                       std::uint64_t va) const = 0;
  [[nodiscard]] virtual Table below(const Entry& prefix) const = 0;
  // The start in `all` that an access goes through, by its index; none: the address belongs to no loaded table.
  [[nodiscard]] virtual bool serves(const Start& start, const Cpu& cpu, std::uint64_t va, bool user) const = 0;
  [[nodiscard]] virtual bool permitted(const Cpu& cpu, const Entry& entry, AccessKind kind, bool user) const = 0;
  [[nodiscard]] virtual std::uint64_t permission_fault(unsigned level) const = 0;
  // The fault of an access whose walk ended with `code`.
  virtual Outcome raise(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va,
                        std::uint64_t code) = 0;
  // Translations beyond `cpu.tlb` that an access may still use.
  [[nodiscard]] virtual const TlbSet* unsynchronised(const Cpu&, AccessKind) const { return nullptr; }
  // Bits that the hardware may set by itself in a table entry that is in use, at any time; 0: none.
  [[nodiscard]] virtual std::uint64_t accessed_bits(const Cpu&) const { return 0; }
  // Those bits, whether or not they are set by itself now.
  [[nodiscard]] virtual std::uint64_t accessed_mask() const { return 0; }
  // A store through `entry` is made by changing its table entry first (dirty state kept by hardware).
  [[nodiscard]] virtual bool makes_dirty(const Cpu&, const Entry&, AccessKind, bool /*user*/) const { return false; }
  [[nodiscard]] virtual std::uint64_t dirty_pte(std::uint64_t pte) const { return pte; }
  // A table entry of zeros is one that maps something.
  [[nodiscard]] virtual bool zero_is_valid() const { return false; }
  // A walk may begin at an intermediate entry that no table has any more.
  [[nodiscard]] virtual bool keeps_prefixes() const { return true; }
  // Invalidations name the table that an entry stands in: Entry::table is kept.
  [[nodiscard]] virtual bool keeps_table() const { return false; }
  // A store depends on the entry's write right.
  [[nodiscard]] virtual bool needs_write(bool /*user*/) const { return true; }
  // Not null: the entry stands for something that is not modelled and that may be cached (kRefused). Says what.
  [[nodiscard]] virtual const char* refused(const Entry&) const { return nullptr; }
  // A walk that faults has not missed an older store of its own CPU.
  [[nodiscard]] virtual bool faults_after_own_stores(const Cpu&, AccessKind) const { return false; }
  // A fault removes what it was caused by.
  virtual void cut_fault(State&, Cpu&, std::uint64_t /*va*/) const {}

  // ---- for an architecture to use
  // Entry::attributes of a Decoded::Unsupported that an access must refuse also later, when the table entry is gone.
  static constexpr std::uint8_t kRefused = 0x1f;
  // The store of a read-modify-write waits that has read the table entry at `at`.
  [[nodiscard]] bool claimed(const State& state, std::uint64_t at) const;
  void close(State& state, Cpu& cpu) const;
  void fill(State& state, Cpu& cpu, Rule rule) const {
    if (holds(rule)) close(state, cpu);
  }
  [[nodiscard]] bool covers(const Entry& entry, std::uint64_t va) const {
    return va >= entry.va && va - entry.va < entry_bytes(entry);
  }
  // The table has an entry for va.
  [[nodiscard]] bool has(const Table& table, std::uint64_t va) const;
  [[nodiscard]] std::uint64_t read_pte(const State& state, std::uint64_t address) const;
  void write_pte(State& state, std::uint64_t address, std::uint64_t value);
  [[nodiscard]] Outcome access(State& state, unsigned cpu, AccessKind kind, bool user, std::uint64_t va, unsigned bytes,
                               Chooser& chooser);
  // The six operations of translated accesses; nullopt: `op` is none of them.
  std::optional<Outcome> translated(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                                    Chooser& chooser);
  [[nodiscard]] WalkEnd walk_from(const State& state, const Cpu& cpu, const Table& start, std::uint64_t va) const;
  MemoryMap& map_;
  bool monotone_;

 private:
  struct Source {
    std::uint64_t root = 0;
    std::uint16_t tag = 0;
    bool from_root = false;
    bool older = false;  // by way of something that memory does not hold any more
  };
  struct Found {
    Entry prefix;
    bool older = false;
  };
  [[nodiscard]] std::uint64_t pte_address(const Table& table, std::uint64_t va) const;
  // What a walk by `cpu` may read at `address`: memory, the CPU's own buffered store, or what was there before its own
  // stores (Cpu::older).
  struct Reading {
    std::uint64_t pte = 0;
    bool newest = true, older = false;  // as in WalkEnd
    bool exchange = false;              // as in WalkEnd
    bool only_faults = false;           // counts only if a fault comes of it
  };
  [[nodiscard]] std::vector<Reading> readings(const State& state, const Cpu& cpu, std::uint64_t address) const;
  void walks_from(const State& state, const Cpu& cpu, const Table& start, std::uint64_t va, std::vector<WalkEnd>& ends,
                  bool only_faults = false) const;
  void close_table(State& state, Cpu& cpu, const Table& table, const Source& source, std::vector<Found>& found) const;
  void close_entry(State& state, Cpu& cpu, const Table& table, std::uint64_t at, const Reading& reading,
                   const Source& source, std::vector<Found>& found) const;
  [[nodiscard]] std::vector<Candidate> candidates(const State& state, const Cpu& cpu, AccessKind kind, bool user,
                                                  std::uint64_t va) const;
  [[nodiscard]] std::uint64_t in_order(std::uint64_t value) const;
  bool big_endian_;
};

}  // namespace shootdown::machine
