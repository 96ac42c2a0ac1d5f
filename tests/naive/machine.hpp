// The naive machine: one or two x86 processors, each with a TLB, paging-structure caches and a page walker that are
// really there.
//
// The checker under test never fills a TLB: it keeps the set of all that may be cached, and grows and cuts it. Here
// nothing is inferred. An entry is in the TLB because a walk put it there; a walk reads one table entry a step, begins
// at CR3 or at a cached prefix, for any address at any time; entries are dropped at any time; an access uses a cached
// translation, or waits for a walk of its own, whichever the processor likes. Written from the SDM (volume 3, chapter
// 4, "Caching Translation Information") without looking at the checker's machine.
//
// Deviations, each harmless and said why:
//  - one walker. Two walks that overlap give what they give one after the other, because a walk that has stopped at a
//    level is a cached prefix that another walk may resume from.
//  - a write to CR3 or CR4, INVLPG and INVPCID abandon a walk that is under way: they serialize, and a walk that
//    survived would again be a cached prefix. So does performing an INVLPGB, which an access that waits begins again.
//  - at most `capacity` entries at a time, all caches together. An access uses one translation; a run that fails needs
//    at most as many old entries at a time as it makes accesses with old entries.
//  - A bits are always set, with store buffers D bits too. With one processor stores reach memory at once: nobody else
//    can tell.
//  - with two processors, a page that no access names is not walked by itself where its walk reads no table of its own.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "common/explorer.hpp"
#include "kernel.hpp"

namespace shootdown::naive {

inline constexpr std::uint8_t kGlobalTag = 0xff, kEveryVa = 0xff, kEveryKind = 0xf;
inline constexpr unsigned kMaxEntries = 8, kMaxFrames = 4, kRoots = 2, kMaxBuffered = 8;

// A translation (level 1) or a cached prefix of a walk (level > 1), made from a table entry of that level.
struct Entry {
  std::uint8_t tag = 0;      // PCID, or kGlobalTag
  std::uint8_t level = 0;    // 0: no entry
  std::uint8_t va = 0;       // of the two pages; kEveryVa: covers both
  std::uint8_t page = 0;     // the page or table that it leads to
  std::uint8_t rights = 0;   // kWrite, kUser: of all levels so far together; kDirty: of the last
  std::uint8_t origin = 0;   // ghost: root that it was walked from
  std::uint8_t tainted = 0;  // ghost: its page was free at some time since it was made; a bit for each kind of access
                             // (user * 2 + store) that has no better explanation; prefixes: 0 or kEveryKind
  std::uint8_t unused = 0;
  [[nodiscard]] bool covers(unsigned address) const { return va == kEveryVa || va == address; }
};

// The page walker. Idle: everything zero.
struct Walker {
  std::uint8_t active = 0;
  std::uint8_t demanded = 0;  // an access waits for it
  std::uint8_t va = 0;
  std::uint8_t level = 0;  // of the table that it reads next
  std::uint8_t table = 0;
  std::uint8_t rights = 0;
  std::uint8_t origin = 0;
  std::uint8_t unused = 0;
};

struct Frame {
  std::uint8_t list = 0, pc = 0;
  std::uint8_t root = 0, pcid = 0;  // register r: a value of CR3
  std::uint8_t pge = 0;             // register s: CR4's PGE
  std::uint8_t saved_if = 0;        // handlers: IF of what was interrupted
};

struct Context {
  std::array<Frame, kMaxFrames> frames{};
  std::uint8_t depth = 0;
  std::uint8_t unused = 0;
};

// A store, or a statement behind one, that waits to take effect. A store to a data page changes nothing, but must not
// reach memory when the page is free.
struct Pending {
  enum Kind : std::uint8_t { kNone, kEntry, kData, kSignal, kRevoke, kFree };
  std::uint8_t kind = kNone;
  std::uint8_t page = 0, slot = 0;  // kRevoke: slot is the address
  Pte pte;
};

// An INVLPGB that this processor has yet to perform.
struct Token {
  std::uint8_t waiting = 0;    // 0: no token
  std::uint8_t issuer = 0;     // processor whose TLBSYNC waits for it
  std::uint8_t selectors = 0;  // BroadcastBits
  std::uint8_t va = 0, pcid = 0;
  std::array<std::uint8_t, 3> unused{};
};

// What each processor has for itself. No padding anywhere, here and in State: two states are equal iff their bytes are.
struct Cpu {
  std::array<Entry, kMaxEntries> entries{};  // ascending as bytes, unused ones first
  // Ghost: which outcomes, to pages in use, the loaded root's own tables have given since translations of that page
  // were last invalidated. `given_dirty`: with D = 1, so that a store need not look at the table again.
  std::array<std::uint64_t, kVas> given{}, given_dirty{};
  Walker walker;
  std::uint8_t current = 0;                    // context that runs
  std::uint8_t root = 0, pcid = 0, pge = 0;    // CR3, CR4
  std::uint8_t interrupts = 0, shadow = 0;     // IF, and STI's shadow
  std::uint8_t off = 0;                        // paging is still off
  std::uint8_t buffered = 0;                   // stores that wait
  std::array<Pending, kMaxBuffered> buffer{};  // the oldest first
  std::array<Token, kMaxTokens> tokens{};      // the oldest first; unused ones last
};

// As the processor sees it that takes a step: what it has itself, what the other one has, what is common.
struct State : Cpu {
  Cpu other;
  void change_sides() { std::swap(static_cast<Cpu&>(*this), other); }
  // Ghost: after a `Revoked`, which outcomes (page * 4 + user * 2 + write) its own tables have given since.
  std::array<std::array<std::uint64_t, kVas>, kRoots> allowed{};
  std::array<std::array<Pte, kSlots>, kMaxPages> memory{};
  std::array<Context, kContexts> contexts{};
  std::uint16_t freed = 0;   // ghost: bit n: page n is free
  std::uint8_t revoked = 0;  // ghost: bit root * 2 + va: said
  std::uint8_t signals = 0;  // bit n: context n's word
  friend bool operator==(const State& a, const State& b) { return std::memcmp(&a, &b, sizeof(State)) == 0; }
};
static_assert(std::has_unique_object_representations_v<State>);

enum Property : std::uint8_t { kWrongPageTable, kForeign, kRevoked, kFreed, kArchitectural, kProperties };
const char* property_name(unsigned property);

// What a step did, to tell it later.
struct Step {
  enum class Kind : std::uint8_t {
    Begin,
    Execute,
    Timer,
    Return,
    Fault,
    StartWalk,
    ReadLevel,
    Abandon,
    Evict,
    Complete,
    TurnOn,
    Drain,
    Perform
  } kind{};
  std::uint8_t a = 0,
               b = 0;  // StartWalk: va, level; ReadLevel: kept; Execute, Complete: list, pc; Evict, Perform: which
  std::uint8_t cpu = 0;
};

// Receives what a step leads to; `violated`: bit set of properties.
using Emit = std::function<void(const State&, Step, unsigned violated)>;

class Machine {
 public:
  using State = naive::State;
  using Step = naive::Step;
  static constexpr unsigned kPropertyCount = kProperties, kEnds = 1u << kArchitectural;

  Machine(const Kernel& kernel, unsigned capacity) : kernel_(kernel), capacity_(capacity) {}
  [[nodiscard]] State initial() const;
  // All steps from `state`, in which CPU 0 is the one that looks; a step that ends the run has no successor and is
  // emitted with the state it happened in.
  void steps(const State& state, const Emit& emit) const;
  // Properties that hold of states, not of steps.
  [[nodiscard]] unsigned violated_in(const State& state) const;
  [[nodiscard]] std::string describe(const State& before, Step step) const;

 private:
  void steps_of_one(const State& state, const Emit& emit) const;
  // hardware.cpp
  void walker_steps(const State& state, const Emit& emit) const;
  void evictions(const State& state, const Emit& emit) const;
  void insert(State& state, Entry entry, const std::function<void(const State&)>& with) const;
  void settle(State& state) const;
  void settle_one(State& state) const;
  [[nodiscard]] bool walks_unasked(unsigned va) const;
  [[nodiscard]] Entry made(const State& state, unsigned level, unsigned va, std::uint8_t rights, Pte pte,
                           std::uint8_t origin) const;
  [[nodiscard]] Entry reach(const State& state, unsigned root, unsigned va) const;
  bool load_cr3(State& state, std::uint8_t root, std::uint8_t pcid, bool keep) const;
  void load_cr4(State& state, bool pge) const;
  void invlpg(State& state, unsigned va) const;
  bool invpcid(State& state, const Op& op) const;
  // The values that a walk may find in an entry: memory's, and its own processor's latest buffered one.
  [[nodiscard]] std::vector<Pte> readable(const State& state, std::uint8_t table, unsigned slot) const;
  void write_memory(State& state, std::uint8_t page, unsigned slot, Pte pte) const;
  // buffer.cpp
  void drain(const State& state, const Emit& emit) const;
  void later(State& state, Pending pending) const;
  unsigned take_effect(State& state, const Pending& pending) const;
  // broadcast.cpp
  void invlpgb(State& state, const Op& op) const;
  void perform(const State& state, const Emit& emit) const;
  // software.cpp
  void execute(const State& state, const Emit& emit) const;
  void access(const State& state, const Op& op, const Emit& emit) const;
  void finish_access(const State& state, const Entry& used, const Emit& emit) const;
  void fault(State state, unsigned va, Step step, unsigned violated, const Emit& emit) const;
  void timer(const State& state, const Emit& emit) const;
  [[nodiscard]] const Op* next(const State& state) const;
  [[nodiscard]] bool permits(const Entry& entry, bool user, bool store) const;
  [[nodiscard]] bool permits(const Entry& entry, const Op& op) const { return permits(entry, op.user, op.flag); }
  [[nodiscard]] bool contains(std::uint64_t outcomes, const Op& op, std::uint8_t page) const;
  [[nodiscard]] unsigned judge(const State& state, const Op& op, const Entry& used) const;

  const Kernel& kernel_;
  unsigned capacity_;
};

// The whole state space, breadth first.
Found explore(const Kernel& kernel, unsigned capacity, std::uint64_t limit, bool with_traces);

}  // namespace shootdown::naive
