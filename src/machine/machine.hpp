// What the transition system asks of a machine, whatever the architecture.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "machine/operations.hpp"
#include "machine/state.hpp"

namespace shootdown::machine {

// Resolves what the hardware, or a scenario, leaves open. pick(n) returns 0 .. n-1; the search makes it return each.
class Chooser {
 public:
  virtual ~Chooser() = default;
  virtual unsigned pick(unsigned alternatives) = 0;
};

enum class AccessKind : std::uint8_t { Load, Store, Fetch };

// A fault or trap to enter a handler with.
struct Fault {
  unsigned vector = 0;
  std::uint64_t error_code = 0;
  std::string name;    // "#PF", "#GP", "#UD"
  std::string reason;  // one clause
};

// A translated access that found a translation.
struct Access {
  unsigned cpu = 0;
  AccessKind kind = AccessKind::Load;
  bool user = false;
  std::uint64_t va = 0;
  unsigned bytes = 0;
  std::uint64_t physical = 0;  // of the first byte
  Entry entry;                 // the translation used; of several that give the same outcome, the least suspect one
  bool fresh = false;          // a walk of the loaded root's tables gives this outcome now
  bool needs_write = false;    // a store that the W right decides (not: the kernel's with CR0.WP = 0)
  bool mixed_sizes = false;    // translations of different page size were there to choose from
};

struct Outcome {
  // Waits: what the hardware would write is claimed by another CPU's read-modify-write; nothing has happened.
  enum class Kind : std::uint8_t { Done, Accessed, Fault, Unsupported, Waits } kind = Kind::Done;
  std::uint64_t result = 0;
  std::optional<Fault> fault;
  std::optional<Access> access;
  std::string text;          // Unsupported: what; otherwise a remark for the schedule, may be empty
  bool tlb_changed = false;  // root, tag or TLB of a CPU changed
};

struct Features {
  bool pge = true, pcid = false, invpcid = false, pse = true, nx = true, invlpgb = false;
};

// Memory that an instruction other than a load or store reads, and may write.
struct Touched {
  std::uint64_t address = 0;
  unsigned bytes = 0;
};

// A store to a translation table that CPUs may use while it is made.
struct TableStore {
  unsigned cpu = 0;           // one of those that may use the entry; if `forbidden`, another than the storing one
  const char* entry = "";     // "page-table entry"
  std::uint64_t address = 0;  // of the table entry
  std::uint64_t va = 0;       // first address that it maps
  std::uint64_t root = 0;     // from which that CPU gets there
  std::uint64_t before = 0, after = 0;
  bool forbidden = false;  // no such store may be made
};

class Machine {
 public:
  virtual ~Machine() = default;
  virtual void reset(State& state) const = 0;
  // Executes `op` on `cpu`. Common operations that are the transition system's (choices, contexts, interrupts' vectors)
  // never get here.
  virtual Outcome operate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments,
                          Chooser& chooser) = 0;
  // Memory at `address` changed: what may be cached grows (condition 2: after every single store).
  virtual void memory_changed(State& state, std::uint64_t address) = 0;
  // `cpu` buffered a store: its own walks may read it.
  virtual void buffer_changed(State& state, unsigned cpu) = 0;
  // True if `op` waits until the CPU's buffered stores have reached memory.
  [[nodiscard]] virtual bool drains(Operation op, std::span<const std::uint64_t> arguments) const = 0;
  // True if `op` cannot execute on `cpu` yet because invalidations have not been performed (TLBSYNC, DSB), or accesses
  // in flight on other CPUs use what it takes away (IPTE; with tracks_accesses()).
  [[nodiscard]] virtual bool waits(const State& state, unsigned cpu, Operation op,
                                   std::span<const std::uint64_t> arguments) const = 0;
  // How many invalidations of others, or of its own, `cpu` has still to perform; whether it may perform the one at
  // `index` now; it does so, and it leaves the list.
  [[nodiscard]] virtual std::size_t outstanding(const Cpu& cpu) const = 0;
  [[nodiscard]] virtual bool may_perform(const State& state, unsigned cpu, std::size_t index) const = 0;
  virtual void perform(State& state, unsigned cpu, std::size_t index) = 0;
  // The one at `index`, for schedules.
  [[nodiscard]] virtual std::string describe(const Cpu& cpu, std::size_t index) const = 0;
  // An exception, or an interrupt, is taken on `cpu`; a handler returns from one.
  virtual void takes_exception(State&, unsigned /*cpu*/) {}
  virtual void returns_from_exception(State&, unsigned /*cpu*/) {}
  // Checked code, which is kernel code, executes something on `cpu`.
  virtual void runs_kernel_code(Cpu&) const {}
  // The return from an exception waits until buffered stores have reached memory.
  [[nodiscard]] virtual bool return_drains() const { return true; }
  // An asynchronous interrupt is taken only when buffered stores have reached memory.
  [[nodiscard]] virtual bool interruption_drains() const { return false; }
  // The memory that `op` reads, and may write, as part of itself; nullopt: none. As wide as it says, and aligned.
  [[nodiscard]] virtual std::optional<Touched> touches(const Cpu&, Operation,
                                                       std::span<const std::uint64_t> /*arguments*/) const {
    return std::nullopt;
  }
  // `cpu` is about to store `value` (as it will lie in memory) at `address`: what that does to a table entry that CPUs
  // may use, where the architecture restricts such stores; nullopt: nothing.
  [[nodiscard]] virtual std::optional<TableStore> table_store(const State&, unsigned /*cpu*/, std::uint64_t /*address*/,
                                                              unsigned /*bytes*/, std::uint64_t /*value*/) const {
    return std::nullopt;
  }
  // A store in flight has to be known by the translation that it used (may_perform() asks).
  [[nodiscard]] virtual bool tracks_accesses() const { return false; }
  // Some changes of a table entry need it to be invalid in between; conflict() says in what two translations that may
  // both be cached differ in such a way, empty if in nothing.
  [[nodiscard]] virtual bool needs_break_before_make() const { return false; }
  [[nodiscard]] virtual std::string conflict(const State&, const Entry&, const Entry&) const { return {}; }
  // A pending interrupt ends waiting for interrupts even where it is masked.
  [[nodiscard]] virtual bool wakes_masked() const { return false; }
  [[nodiscard]] virtual bool has_nmis() const { return false; }
  // `op`, executed now, would change nothing but drop translations: what asks for a flush by writing a register.
  [[nodiscard]] virtual bool only_flushes(const Cpu& cpu, Operation op,
                                          std::span<const std::uint64_t> arguments) const = 0;
  // Checked code is about to read `bytes` bytes at `address`: settles what the hardware may have written there.
  virtual void before_read(State& state, std::uint64_t address, unsigned bytes, Chooser& chooser) = 0;
  // Checked code on `cpu` is about to store `value` there, in memory or, `buffered`, in its store buffer, where that
  // does not keep stores in order. `exchange`: as part of an atomic read-modify-write.
  virtual void before_write(State&, unsigned /*cpu*/, std::uint64_t /*address*/, unsigned /*bytes*/,
                            std::uint64_t /*value*/, bool /*buffered*/, bool /*exchange*/) const {}
  // `store`, taken out of the store buffer of `cpu`, is about to reach memory.
  virtual void store_leaves(State&, unsigned /*cpu*/, const BufferedStore& /*store*/) const {}
  // A store of `cpu` there has left its store buffer, and is in memory.
  virtual void store_left(State&, unsigned /*cpu*/, std::uint64_t /*address*/, unsigned /*bytes*/) const {}
  // `cpu` may still find what was in memory before its stores; all of that is over, as it will be at some time.
  [[nodiscard]] virtual bool may_settle(const Cpu&) const { return false; }
  virtual void settle(State&, unsigned /*cpu*/) const {}
  // Checked code wrote `bytes` bytes at `address`: what the hardware may have written there before is gone.
  virtual void after_write(State& state, std::uint64_t address, unsigned bytes) = 0;
  // The outcome of a walk of the tables at `root`, read from memory now; nullopt: not present.
  [[nodiscard]] virtual std::optional<Entry> walk(const State& state, std::uint64_t root, std::uint64_t va) const = 0;
  // What `leaf` translates may be executed: by user code, or by the kernel.
  [[nodiscard]] virtual bool fetchable(const Entry& leaf, bool user) const {
    return !leaf.no_execute && (!user || leaf.user);
  }
  // Of a translation larger than a page, which dangles as a whole, the part at `va` may have been freed: something was
  // said of it.
  [[nodiscard]] static bool ever_freed(const State& state, const Entry& leaf, std::uint64_t va) {
    return state.ghost.page_use(leaf.target + (va - leaf.va)) != PageUse::Unknown;
  }
  // `leaf` lets some access through.
  [[nodiscard]] virtual bool usable(const Entry& /*leaf*/) const { return true; }
  // Physical address of the loaded root; nullopt if translation is off.
  [[nodiscard]] virtual std::optional<std::uint64_t> root(const Cpu& cpu) const = 0;
  // The root that an access to `va` goes through, where that is not the same for all; nullopt as root().
  [[nodiscard]] virtual std::optional<std::uint64_t> root_for(const Cpu& cpu, std::uint64_t /*va*/,
                                                              bool /*user*/) const {
    return root(cpu);
  }
  // Every root that the CPU's walks may begin at.
  [[nodiscard]] virtual std::vector<std::uint64_t> loaded_roots(const Cpu& cpu) const {
    const auto loaded = root(cpu);
    return loaded ? std::vector<std::uint64_t>{*loaded} : std::vector<std::uint64_t>{};
  }
  // True if an entry tagged `tag` can be used, or followed, by the CPU as its registers stand.
  [[nodiscard]] virtual bool tag_active(const Cpu& cpu, std::uint16_t tag) const { return tag == this->tag(cpu); }
  // What the architecture calls its tags: "PCID", "ASID".
  [[nodiscard]] virtual std::string tag_name(std::uint16_t tag) const { return "PCID " + std::to_string(tag); }
  [[nodiscard]] virtual std::uint64_t table_bytes(const Entry& /*prefix*/) const { return kPageBytes; }
  // Not null: `entry` stands for something that is not modelled, and what else it lets be cached is not known (a table
  // of another kind, a translation of more than its own page). Says what.
  [[nodiscard]] virtual const char* refused_once_cached(const Entry&) const { return nullptr; }
  // Of a table that loaded_roots() names.
  [[nodiscard]] virtual std::uint64_t root_bytes(const Cpu&, std::uint64_t /*root*/) const { return kPageBytes; }
  [[nodiscard]] virtual std::uint16_t tag(const Cpu& cpu) const = 0;
  [[nodiscard]] virtual bool tags_in_use(const Cpu& cpu) const = 0;
  // Ghost statements that need a walk.
  // Of what was taken out of the TLB of `cpu` and is there again: what no walk from a root gives hangs below an
  // intermediate entry that is left, and is as suspect as before.
  void keep_dangling(const State& state, Cpu& cpu, const std::vector<Entry>& removed) const;
  void revoke(State& state, bool everywhere, std::uint64_t root, std::uint64_t va) const;
  void update_revoked(State& state) const;
  void page_freed(State& state, std::uint64_t address) const;
  [[nodiscard]] virtual std::uint64_t entry_bytes(const Entry& entry) const = 0;  // that the entry covers
};

}  // namespace shootdown::machine
