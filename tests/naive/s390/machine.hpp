// The naive s390x machine: one or two CPUs, each with a TLB whose entries, made one descriptor a step, are really
// there, and a store buffer, first in first out. Written from the architecture (docs/machine-s390.md names the
// chapters), without the checker's set of what may be cached.
//
// Deviations, each harmless and said why:
//  - a walk under way is a cached segment-table entry: from there it, or another walk, goes on at any time.
//  - entries are dropped only to make room. What is cached forces nothing: an access may always walk instead.
//  - at most `capacity` entries at a time (session.hpp asks again with more).
//  - ASCEs designate segment tables; region tables, CRDTE, interrupts, the free bits of page-table entries, and what
//  the
//    checker refuses are not compared.
//
// An entry is used only under the ASCE that it was made with, so its tag is its address space.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernel.hpp"

namespace shootdown::naive::s390 {

inline constexpr std::uint8_t kBoth = 0xff, kNoAsce = 0xff;
inline constexpr unsigned kCached = 8, kMaxFrames = 2;

// A translation (level 1) or a cached segment-table entry (level 2).
struct Entry {
  std::uint8_t tag = 0;    // root
  std::uint8_t level = 0;  // 0: no entry
  std::uint8_t va = 0;     // kBoth: covers both
  std::uint8_t page = 0;
  std::uint8_t rights = 0;  // kWrite, of all levels so far
  std::uint8_t table = 0;   // that its table entry stands in
  std::array<std::uint8_t, 2> unused{};
  [[nodiscard]] bool covers(unsigned address) const { return va == kBoth || va == address; }
};

// A table entry that a walk for `va` may read next.
struct Walk {
  std::uint8_t va = 0, level = 0, table = 0, rights = 0, tag = 0;
};

struct Frame {
  std::uint8_t list = 0, pc = 0;
};

// A store, or a statement behind one.
struct Waiting {
  enum Kind : std::uint8_t { kNone, kEntry, kData, kWord, kRevoke, kFree };
  std::uint8_t kind = kNone;
  std::uint8_t page = 0, slot = 0;  // kRevoke: slot is the address
  Pte pte;
  std::uint8_t tag = 0, va = 0, table = 0;  // kData: of the translation used
};

struct Cpu {
  std::array<Entry, kCached> entries{};  // ascending as bytes, unused ones first
  std::array<Waiting, kMaxWaiting> buffer{};
  std::array<Frame, kMaxFrames> frames{};
  std::array<std::uint8_t, kRegisters> asce{kNoAsce, kNoAsce, kNoAsce};
  std::uint8_t depth = 1;
  std::uint8_t waiting = 0;  // entries of the buffer
  std::uint8_t off = 0;      // no ASCE is loaded yet
  std::uint8_t number = 0;
  std::array<std::uint8_t, 5> unused{};
};

// As the CPU sees it that takes a step: what it has itself, what the other one has, what is common.
struct State : Cpu {
  Cpu other;
  // Ghost: after a `Revoked`, the outcomes (bit page * 2 + write) that its own tables have given since.
  std::array<std::array<std::uint16_t, kVas>, kRoots> allowed{};
  std::array<std::array<Pte, kSlots>, kPages> memory{};
  std::uint16_t freed = 0;   // bit n: page n
  std::uint8_t revoked = 0;  // ghost: bit root * kVas + va
  std::uint8_t signals = 0;
  std::array<std::uint8_t, 4> tail{};
  void change_sides() { std::swap(static_cast<Cpu&>(*this), other); }
};
static_assert(std::has_unique_object_representations_v<State> && sizeof(State) % 8 == 0);

enum Property : std::uint8_t { kWrongPageTable, kRevoked, kFreed, kAttach, kArchitectural, kProperties };

struct Step {
  enum class Kind : std::uint8_t { Execute, Access, Return, Fault, Read, TurnOn, Leave } kind{};
  std::uint8_t a = 0, b = 0, c = 0;
  std::uint8_t cpu = 0;
};

using Emit = std::function<void(const State&, Step, unsigned violated)>;

class Machine {
 public:
  using State = s390::State;
  using Step = s390::Step;
  static constexpr unsigned kPropertyCount = kProperties, kEnds = 1u << kArchitectural, kMostEntries = 6;

  Machine(const Kernel& kernel, unsigned capacity) : kernel_(kernel), capacity_(capacity) {}
  [[nodiscard]] State initial() const;
  void steps(const State& state, const Emit& emit) const;
  [[nodiscard]] unsigned violated_in(const State& state) const;
  [[nodiscard]] std::string describe(const State& before, Step step) const;

 private:
  void steps_of_one(const State& state, const Emit& emit) const;
  // walks.cpp
  [[nodiscard]] std::vector<Walk> possible(const Cpu& cpu, std::uint8_t root, unsigned va) const;
  [[nodiscard]] std::vector<Pte> readable(const Cpu& cpu, const State& state, std::uint8_t table, unsigned slot) const;
  [[nodiscard]] Entry made(const Walk& walk, Pte pte) const;
  void walks(const State& state, const Emit& emit) const;
  void insert(const State& state, const Walk& walk, const Entry& entry, const Emit& emit) const;
  // stores.cpp
  void later(State& state, const Waiting& waiting, unsigned& violated) const;
  unsigned take_effect(State& state, const Waiting& waiting) const;
  void leave(const State& state, const Emit& emit) const;
  void note_allowed(State& state) const;
  [[nodiscard]] bool attached(const State& state, const Cpu& cpu, std::uint8_t table) const;
  // invalidate.cpp: what an instruction takes away.
  // `frame`: the page that the named page-table entry holds, or held when it was made invalid.
  [[nodiscard]] bool takes(const Op& op, std::uint8_t frame, const Entry& entry) const;
  [[nodiscard]] bool takes(const Op& op, std::uint8_t frame, const Waiting& store) const;
  bool invalidate(State& state, const Op& op, unsigned& violated) const;
  // instructions.cpp
  void execute(const State& state, const Emit& emit) const;
  void access(const State& state, const Op& op, const Emit& emit) const;
  void finish(State state, const Op& op, const Entry& used, unsigned violated, const Emit& emit) const;
  void fault(State state, Step step, unsigned violated, const Emit& emit) const;
  [[nodiscard]] const Op* next(const State& state) const;

  const Kernel& kernel_;
  unsigned capacity_;
};

void sort(Cpu& cpu);

}  // namespace shootdown::naive::s390
