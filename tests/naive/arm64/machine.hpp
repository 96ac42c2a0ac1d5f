// The naive arm64 machine: one or two CPUs, each with a TLB, walk caches and a table walker that are really there, a
// store buffer, and TLBIs that it has yet to perform. Written from the architecture (docs/machine-arm64.md names the
// sections) without the checker's idea of a set of what may be cached: an entry is in a TLB because a walk put it
// there; a walk reads one descriptor a step, begins at a TTBR or at a cached table descriptor, for any address at any
// time; entries are dropped at any time; an access uses what is cached or waits for a walk of its own.
//
// Deviations, each harmless and said why:
//  - a walk under way is a cached table descriptor: from there it, or another walk, goes on at any time.
//  - entries are dropped only to make room. What is cached forces nothing: an access may always walk instead.
//  - at most `capacity` entries at a time, all caches together (session.hpp asks again with more).
//  - an access that is to come may have looked its translation up early, and then no TLBI of its own CPU takes it away
//    before the next context synchronization event. That makes a difference only from the moment on at which the TLBI
//    is performed, so it is decided then which of the translations and table descriptors removed are held in this way;
//    what hangs below the latter is read when the access is made.
//  - it may have read a descriptor early that faults. Which ones it could is kept (Cpu::late), and decided at the
//  access.
//  - where no store changes a level-1 or level-2 descriptor, a walk's first two reads are one step: what the first
//    gives, another walk would find again.
//  - with two CPUs, pages that no access names and no store changes are not walked by themselves.
//  - data have no contents, so of break-before-make the rule on equal contents is not compared; nor are blocks, A1 on
//  two
//    CPUs, instruction fetches, hardware updates of AF and dirty state, atomics, the range forms of TLBI.
//
// Ghosts. Two entries of equal content cannot be told apart, so both sides speak of contents: an entry's address space
// is that of the root whose own tables gave that content last to this CPU since it was last removed (Cpu::given).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernel.hpp"

namespace shootdown::naive::arm64 {

inline constexpr std::uint8_t kGlobalTag = kAsids, kTags = kAsids + 1, kBoth = 0x80;
inline constexpr unsigned kCached = 8, kMaxFrames = 3, kPending = 4, kMissed = kMaxWaiting;

// A translation (level 1) or a cached table descriptor (level > 1).
struct Entry {
  std::uint8_t tag = 0;    // ASID, or kGlobalTag
  std::uint8_t level = 0;  // 0: no entry
  std::uint8_t va = 0;     // with kBoth: both pages of that half
  std::uint8_t page = 0;
  std::uint8_t rights = 0;  // kWrite, kUser of all levels so far together; kType of the last
  std::uint8_t origin = 0;  // ghost: root that it was walked from
  std::uint8_t held = 0;    // removed by a TLBI of this CPU, but an access to come has it already
  std::uint8_t unused = 0;
  [[nodiscard]] bool covers(unsigned address) const {
    return va == address || ((va & kBoth) != 0 && is_upper(va & ~kBoth) == is_upper(address));
  }
};

// A descriptor that a walk for `va` may read next.
struct Walk {
  std::uint8_t va = 0, level = 0, table = 0, rights = 0, tag = 0, origin = 0;
  std::uint8_t from = kCached;  // of the entries, the table descriptor that led here; kCached: none, a TTBR
  friend bool operator==(const Walk&, const Walk&) = default;
};

// A TTBR's value.
struct Ttbr {
  std::uint8_t page = 0, asid = 0;
  friend bool operator==(const Ttbr&, const Ttbr&) = default;
};

// The values that may be in use: that of the last context synchronization event and all written since, newest last.
struct Register {
  std::array<Ttbr, kPending> values{};
  std::uint8_t count = 1, unused = 0;
  [[nodiscard]] Ttbr newest() const { return values[count - 1u]; }
  void write(Ttbr value);
  void synchronise();
};

struct Frame {
  std::uint8_t list = 0, pc = 0, saved_mask = 0, unused = 0;
};

// A store, a statement, or a DMB's mark, in program order.
struct Waiting {
  enum Kind : std::uint8_t { kNone, kDescriptor, kData, kWord, kRevoke, kFree, kOrderStores, kOrderAll };
  std::uint8_t kind = kNone;
  std::uint8_t page = 0, slot = 0;  // kRevoke: slot is the address
  Pte pte;
  std::uint8_t release = 0, own_walks = 0;  // own_walks: a DSB NSH came after it
  std::uint8_t tag = 0, va = 0;             // kData: of the translation used
  std::uint8_t unused = 0;
};

// What a descriptor was before a store that is in memory and has no DSB behind it. A walk may have been made before
// that store, as no other instruction holds walks or TLBIs back.
struct Missed {
  std::uint8_t used = 0, page = 0, slot = 0;
  std::uint8_t elsewhere = 0;  // only by the other CPU's walks, before a TLBI that it performs
  Pte pte;
  friend auto operator<=>(const Missed&, const Missed&) = default;
};

// A TLBI that this CPU has yet to perform.
struct Token {
  std::uint8_t waiting = 0, issuer = 0;
  Form form{};
  std::uint8_t va = 0, asid = 0;
  std::array<std::uint8_t, 3> unused{};
  std::array<Missed, kMissed> missed{};  // by the other CPU, if it takes effect early
  friend bool operator==(const Token&, const Token&) = default;
};

// No padding anywhere, here and in State: two states are equal iff their bytes are.
struct Cpu {
  std::array<Entry, kCached> entries{};  // ascending as bytes, unused ones first
  // Ghost: bit page * 8 + (user, write, type): the outcomes that the root's own tables gave (see above).
  std::array<std::array<std::array<std::array<std::uint8_t, kPages>, kVas>, kTags>, kRoots> given{};
  // Bit `slot` of a table: a store of this CPU has replaced a descriptor there that faults, since it last synchronised.
  std::array<std::uint8_t, kPages> late{};
  std::array<std::uint8_t, 2> unused{};
  Register lower, upper;
  std::array<Waiting, kMaxWaiting + 2> buffer{};
  std::array<Token, kMaxTokens> tokens{};
  std::array<Missed, kMissed> missed{};  // descending, unused ones last
  // While a TLBI of the other CPU is being performed: what walks may find that come behind it and before that CPU's
  // stores. Nobody does anything else meanwhile.
  std::array<Missed, kMissed> early{};
  std::array<Frame, kMaxFrames> frames{};
  std::uint8_t depth = 1;
  std::uint8_t waiting = 0;  // entries of the buffer
  std::uint8_t masked = 1;   // PSTATE.I
  std::uint8_t el0 = 0;
  std::uint8_t off = 0;  // translation is still off
  std::uint8_t number = 0;
  std::array<std::uint8_t, 2> padding{};
};

// As the CPU sees it that takes a step: what it has itself, what the other one has, what is common.
struct State : Cpu {
  Cpu other;
  // Ghost: after a `Revoked`, the outcomes that its own tables have given since, as in Cpu::given.
  std::array<std::array<std::array<std::uint8_t, kPages>, kVas>, kRoots> allowed{};
  std::array<std::array<Pte, kSlots>, kPages> memory{};
  std::uint16_t freed = 0;   // bit n: page n
  std::uint8_t revoked = 0;  // ghost: bit root * kVas + va
  std::uint8_t signals = 0;
  std::array<std::uint8_t, 4> tail{};
  void change_sides() { std::swap(static_cast<Cpu&>(*this), other); }
};
static_assert(std::has_unique_object_representations_v<State> && sizeof(State) % 8 == 0);

enum Property : std::uint8_t {
  kWrongPageTable,
  kForeign,
  kRevoked,
  kFreed,
  kBreakBeforeMake,
  kArchitectural,
  kProperties
};

struct Step {
  enum class Kind : std::uint8_t {
    Execute,
    Access,
    Eret,
    Timer,
    Return,
    Fault,
    Read,
    TurnOn,
    Leave,
    Perform,
    Performed
  } kind{};
  std::uint8_t a = 0, b = 0, c = 0;
  std::uint8_t cpu = 0;
};

using Emit = std::function<void(const State&, Step, unsigned violated)>;

class Machine {
 public:
  using State = arm64::State;
  using Step = arm64::Step;
  static constexpr unsigned kPropertyCount = kProperties, kEnds = 1u << kArchitectural, kMostEntries = 6;

  Machine(const Kernel& kernel, unsigned capacity);
  [[nodiscard]] State initial() const;
  void steps(const State& state, const Emit& emit) const;
  [[nodiscard]] unsigned violated_in(const State& state) const;
  [[nodiscard]] std::string describe(const State& before, Step step) const;

 private:
  // A place where a walk may begin now.
  struct Start {
    std::uint8_t root, tag;
    bool upper;
  };
  void steps_of_one(const State& state, const Emit& emit) const;
  // walks.cpp
  [[nodiscard]] std::vector<Start> starts(const Cpu& cpu) const;
  [[nodiscard]] std::vector<Walk> possible(const Cpu& cpu, const State& state, unsigned va, bool early) const;
  [[nodiscard]] std::vector<Pte> readable(const Cpu& cpu, const State& state, std::uint8_t table, unsigned slot) const;
  [[nodiscard]] bool may_fault(const State& state, const Walk& walk) const;
  [[nodiscard]] Entry made(const Walk& walk, Pte pte) const;
  [[nodiscard]] Walk further(const Walk& walk, const Entry& entry) const;
  void own(const Cpu& cpu, const State& state, const Walk& walk, const std::function<void(const Entry&)>& see) const;
  void walks(const State& state, const Emit& emit) const;
  void insert(const State& state, const Walk& walk, const Entry& entry, const Emit& emit) const;
  [[nodiscard]] bool walks_unasked(unsigned va) const;
  // tlbi.cpp
  [[nodiscard]] bool selects(const Token& token, unsigned tag, unsigned level, const Entry& where) const;
  void issue(State& state, const Op& op) const;
  void perform(const State& state, const Emit& emit) const;
  [[nodiscard]] bool completed(const State& state, bool here_only) const;
  // stores.cpp
  void later(State& state, const Waiting& waiting) const;
  void say(State& state, const Waiting& waiting) const;
  unsigned take_effect(State& state, const Waiting& waiting) const;
  void leave(const State& state, const Emit& emit) const;
  [[nodiscard]] bool loads_wait(const State& state) const;
  void mark(State& state, bool all) const;
  void miss(State& state, const Waiting& store) const;
  void seen_at_dsb(State& state, bool elsewhere) const;
  // ghosts.cpp
  void settle(State& state) const;
  void settle_one(State& state) const;
  [[nodiscard]] unsigned origin(const Cpu& cpu, const Entry& entry) const;
  [[nodiscard]] unsigned judge(const State& state, const Op& op, const Entry& used) const;
  [[nodiscard]] std::vector<Entry> reach(const State& state, std::uint8_t root, unsigned va) const;
  void note_allowed(State& state) const;
  // instructions.cpp
  void synchronise(State& state) const;
  void execute(const State& state, const Emit& emit) const;
  void access(const State& state, const Op& op, const Emit& emit) const;
  void finish(State state, const Op& op, const Entry& used, unsigned violated, const Emit& emit) const;
  void fault(State state, Step step, unsigned violated, const Emit& emit) const;
  [[nodiscard]] const Op* next(const State& state) const;

  const Kernel& kernel_;
  unsigned capacity_;
  bool two_at_once_ = true;  // a walk's first two reads are one step
};

void sort(Cpu& cpu);
// A descriptor that faults is not cached: an invalid one, a page's without AF.
[[nodiscard]] bool faults(const Walk& walk, Pte pte);
[[nodiscard]] bool permits(std::uint8_t rights, const Op& op);

}  // namespace shootdown::naive::arm64
