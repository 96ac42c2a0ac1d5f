// The naive ARMv5 machine: one CPU with a TLB whose entries are really there. Written from the architecture
// (docs/machine-arm.md names the sections), without the checker's set of what may be cached: an entry is in the TLB
// because a walk put it there; a walk is one step, for any address at any time while the MMU is on; an access uses what
// is cached or makes a walk of its own.
//
// Deviations, each harmless and said why:
//  - entries are dropped only to make room. What is cached forces nothing: an access may always walk instead.
//  - at most `capacity` entries at a time (session.hpp asks again with more).
//  - what the checker refuses, accesses with the MMU off among it, is not compared; nor are domains, FIQ, and what the
//    operations on the caches do to data.
//
// Ghosts. Two entries of equal content cannot be told apart, and of two that let an access reach the same page nobody
// could tell which it used. So an entry's address space is that of the root whose tables gave its content last since it
// was invalidated, and an access that the loaded root's tables have given since then is that root's (State::given).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>

#include "kernel.hpp"

namespace shootdown::naive::arm {

inline constexpr std::uint8_t kBoth = 0xff;
inline constexpr unsigned kCached = 8, kMaxFrames = 3;

// What has been made of a descriptor.
struct Entry {
  std::uint8_t level = 0;  // 0: no entry; 1: of a small page; 2: of a section
  std::uint8_t va = 0;     // kBoth: covers both
  std::uint8_t page = 0;   // data page or section
  std::uint8_t ap = 0;
  [[nodiscard]] bool covers(unsigned address) const { return va == kBoth || va == address; }
};

// Where a walk ends: in an entry, or (level 0) in a translation fault.
struct WalkEnd {
  Entry entry;
  std::uint8_t status = 0;
};

struct Frame {
  std::uint8_t list = 0, pc = 0;
  std::uint8_t saved_mask = 0;         // handlers: I of what was interrupted
  std::uint8_t r = 0;                  // of Save: I
  std::uint8_t status = 0, fault = 0;  // handlers of aborts: the fault status, the page whose address FAR holds
  std::array<std::uint8_t, 2> unused{};
};

// No padding anywhere: two states are equal iff their bytes are.
struct State {
  std::array<Entry, kCached> entries{};  // as common/cache.hpp has them
  std::array<Frame, kMaxFrames> frames{};
  // Ghost: bit AP: a root's own tables, while it was loaded, have given that page or section at that address since it
  // was last invalidated, and no other root's have since.
  std::array<std::array<std::array<std::uint8_t, kPages>, kVas>, kRoots> given{};
  // Ghost: bit AP: after a `Revoked`, what its own tables have given since; by the data page reached.
  std::array<std::array<std::array<std::uint8_t, kPages>, kVas>, kRoots> allowed{};
  std::array<std::array<Pte, kSlots>, kPages> memory{};
  std::uint16_t freed = 0;   // bit n: page n
  std::uint8_t revoked = 0;  // ghost: bit root * kVas + va
  std::uint8_t depth = 1;
  std::uint8_t root = kRA;  // TTBR
  std::uint8_t on = 1;      // the MMU
  std::uint8_t masked = 1;  // CPSR.I
  std::uint8_t pending = 0;
};
static_assert(std::has_unique_object_representations_v<State> && sizeof(State) % 8 == 0);

enum Property : std::uint8_t { kWrongPageTable, kForeign, kRevoked, kFreed, kAssertion, kArchitectural, kProperties };

struct Step {
  enum class Kind : std::uint8_t { Execute, Access, Interrupt, Return, Idle, Abort, Walk } kind{};
  std::uint8_t a = 0, b = 0, c = 0;
};

using Emit = std::function<void(const State&, Step, unsigned violated)>;

class Machine {
 public:
  using State = arm::State;
  using Step = arm::Step;
  static constexpr unsigned kPropertyCount = kProperties, kEnds = 1u << kArchitectural | 1u << kAssertion,
                            kMostEntries = 6;

  Machine(const Kernel& kernel, unsigned capacity) : kernel_(kernel), capacity_(capacity) {}
  [[nodiscard]] State initial() const;
  void steps(const State& state, const Emit& emit) const;
  [[nodiscard]] unsigned violated_in(const State& state) const;
  [[nodiscard]] std::string describe(const State& before, Step step) const;

 private:
  // walks.cpp
  [[nodiscard]] WalkEnd walk(const State& state, std::uint8_t root, unsigned va) const;
  void walks(const State& state, const Emit& emit) const;
  void invalidate(State& state, const Op& op) const;
  // ghosts.cpp
  void settle(State& state) const;
  [[nodiscard]] unsigned judge(const State& state, const Op& op, const Entry& used) const;
  // instructions.cpp
  void interrupt(const State& state, const Emit& emit) const;
  void execute(const State& state, const Emit& emit) const;
  void access(const State& state, const Op& op, const Emit& emit) const;
  void abort(State state, const Op& op, std::uint8_t status, unsigned violated, const Emit& emit) const;
  [[nodiscard]] const Op* next(const State& state) const;

  const Kernel& kernel_;
  unsigned capacity_;
};

[[nodiscard]] bool permits(unsigned ap, const Op& op);

}  // namespace shootdown::naive::arm
