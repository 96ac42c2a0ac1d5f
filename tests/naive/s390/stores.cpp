// Stores: in order, each at a time of its own; and what the attach rule says of those to tables (PoP, chapter 3).
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::s390 {

// `waiting` takes effect now, or later. Statements wait for older stores: what they say is about memory.
void Machine::later(State& state, const Waiting& waiting, unsigned& violated) const {
  const bool statement = waiting.kind == Waiting::kRevoke || waiting.kind == Waiting::kFree;
  if (!kernel_.buffers || (statement && state.waiting == 0)) {
    violated |= take_effect(state, waiting);
  } else {
    state.buffer[state.waiting++] = waiting;
  }
}

void Machine::leave(const State& state, const Emit& emit) const {
  if (state.waiting == 0) return;
  State after = state;
  for (unsigned i = 1; i < state.waiting; ++i) after.buffer[i - 1] = state.buffer[i];
  after.buffer[--after.waiting] = Waiting{};
  const unsigned violated = take_effect(after, state.buffer[0]);
  emit(after, {Step::Kind::Leave, state.buffer[0].kind, state.buffer[0].page}, violated);
}

void Machine::note_allowed(State& state) const {
  for (std::uint8_t root = 0; root < kRoots; ++root)
    for (unsigned va = 0; va < kVas; ++va) {
      if (((state.revoked >> (root * kVas + va)) & 1) == 0) continue;
      const Pte segment = state.memory[root][kernel_.slot(kSegment, va)];
      if ((segment.bits & kValid) == 0) continue;
      const Pte page = state.memory[segment.page][kernel_.slot(1, va)];
      if ((page.bits & kValid) == 0) continue;
      const unsigned write = (segment.bits & page.bits & kWrite) != 0 ? 1 : 0;
      state.allowed[root][va] = static_cast<std::uint16_t>(state.allowed[root][va] | 1u << (page.page * 2 + write));
    }
}

// May `cpu` come upon entries of `table`: as its ASCE's, behind a segment-table entry in memory (or in its own buffer),
// or behind one that it has cached?
bool Machine::attached(const State& state, const Cpu& cpu, std::uint8_t table) const {
  for (const std::uint8_t root : cpu.asce) {
    if (root == kNoAsce) continue;
    if (root == table) return true;
    for (unsigned slot = 0; slot < kSlots; ++slot)
      for (const Pte pte : readable(cpu, state, root, slot))
        if ((pte.bits & kValid) != 0 && pte.page == table) return true;
    for (const Entry& entry : cpu.entries)
      if (entry.level == kSegment && entry.tag == root && entry.page == table) return true;
  }
  return false;
}

// Returns the properties that it violates.
unsigned Machine::take_effect(State& state, const Waiting& waiting) const {
  unsigned violated = 0;
  switch (waiting.kind) {
    case Waiting::kEntry: {
      const Pte before = state.memory[waiting.page][waiting.slot];
      if ((before.bits & kValid) != 0 && before != waiting.pte && kernel_.two_cpus &&
          attached(state, state.other, waiting.page))
        violated |= 1u << kAttach;
      state.memory[waiting.page][waiting.slot] = waiting.pte;
      note_allowed(state);
      break;
    }
    case Waiting::kWord: state.signals = static_cast<std::uint8_t>(state.signals | 1u << state.number); return 0;
    case Waiting::kRevoke:
      state.revoked = static_cast<std::uint8_t>(state.revoked | 1u << (waiting.page * kVas + waiting.slot));
      state.allowed[waiting.page][waiting.slot] = 0;
      note_allowed(state);
      return 0;
    case Waiting::kFree: state.freed = static_cast<std::uint16_t>(state.freed | 1u << waiting.page); return 0;
    default: break;
  }
  return violated | (((state.freed >> waiting.page) & 1) != 0 ? 1u << kFreed : 0);
}

}  // namespace shootdown::naive::s390
