// Stores that wait, and what orders them (Arm ARM, B2.3).
#include <algorithm>
#include <functional>

#include "machine.hpp"

namespace shootdown::naive::arm64 {

namespace {
bool is_store(const Waiting& w) {
  return w.kind == Waiting::kDescriptor || w.kind == Waiting::kData || w.kind == Waiting::kWord;
}
bool is_mark(const Waiting& w) { return w.kind == Waiting::kOrderStores || w.kind == Waiting::kOrderAll; }
bool same_place(const Waiting& a, const Waiting& b) { return a.kind == b.kind && a.page == b.page && a.slot == b.slot; }
}  // namespace

// `waiting` takes effect now, or later. Statements wait for older stores: what they say is about memory.
void Machine::later(State& state, const Waiting& waiting) const {
  if (!kernel_.buffers || (!is_store(waiting) && state.waiting == 0)) {
    take_effect(state, waiting);
    return;
  }
  if (is_store(waiting) || kernel_.two_cpus) state.buffer[state.waiting++] = waiting;
  if (!kernel_.two_cpus) say(state, waiting);
}

// The only CPU: nobody else looks at memory, so what statements are about is what it has stored itself.
void Machine::say(State& state, const Waiting& waiting) const {
  State stored = state;
  for (unsigned i = 0; i < state.waiting; ++i)
    if (state.buffer[i].kind == Waiting::kDescriptor)
      stored.memory[state.buffer[i].page][state.buffer[i].slot] = state.buffer[i].pte;
  if (!is_store(waiting)) take_effect(stored, waiting);
  note_allowed(stored);
  state.allowed = stored.allowed;
  state.revoked = stored.revoked;
  state.freed = stored.freed;
}

// A DMB: older stores are seen before younger ones, and (`all`) before younger loads are made.
void Machine::mark(State& state, bool all) const {
  if (state.waiting == 0) return;
  Waiting waiting;
  waiting.kind = all ? Waiting::kOrderAll : Waiting::kOrderStores;
  Waiting& last = state.buffer[state.waiting - 1u];
  if (is_mark(last)) {
    last.kind = std::max(last.kind, waiting.kind);
  } else {
    state.buffer[state.waiting++] = waiting;
  }
}

bool Machine::loads_wait(const State& state) const {
  for (unsigned i = 0; i < state.waiting; ++i)
    if (state.buffer[i].kind == Waiting::kOrderAll) return true;
  return false;
}

void Machine::leave(const State& state, const Emit& emit) const {
  for (std::uint8_t which = 0; which < state.waiting; ++which) {
    const Waiting& candidate = state.buffer[which];
    if (is_mark(candidate)) break;  // nothing younger leaves
    bool behind = false;
    for (unsigned i = 0; i < which; ++i)
      behind = behind || same_place(state.buffer[i], candidate) || !is_store(candidate) || candidate.release != 0;
    if (behind) continue;
    State after = state;
    const auto remove = [&](unsigned at) {
      for (unsigned i = at + 1; i < after.waiting; ++i) after.buffer[i - 1] = after.buffer[i];
      after.buffer[--after.waiting] = Waiting{};
    };
    remove(which);
    while (after.waiting != 0 && is_mark(after.buffer[0])) remove(0);
    const unsigned violated = take_effect(after, candidate);
    settle(after);
    emit(after, {Step::Kind::Leave, candidate.kind, candidate.page}, violated);
  }
}

// `store` is about to reach memory.
void Machine::miss(State& state, const Waiting& store) const {
  const Pte before = state.memory[store.page][store.slot];
  if (!kernel_.buffers || before == store.pte) return;
  const Missed missed{1, store.page, store.slot, store.own_walks, before};
  if (std::find(state.missed.begin(), state.missed.end(), missed) == state.missed.end()) {
    state.missed.back() = missed;
    std::sort(state.missed.begin(), state.missed.end(), std::greater<>());
  }
}

// A DSB for this CPU's stores; `elsewhere`: not one that the other CPU's walks are sure to come behind.
void Machine::seen_at_dsb(State& state, bool elsewhere) const {
  const auto old = state.missed;
  state.missed = {};
  for (Missed each : old) {
    if (each.used == 0) continue;
    const Walk here{0, static_cast<std::uint8_t>(kPageList[each.page].level), each.page, 0, 0, 0};
    if (each.elsewhere == 0 && faults(here, each.pte))
      state.late[each.page] = static_cast<std::uint8_t>(state.late[each.page] | 1u << each.slot);
    each.elsewhere = 1;
    if (elsewhere && std::find(state.missed.begin(), state.missed.end(), each) == state.missed.end())
      *std::find_if(state.missed.begin(), state.missed.end(), [](const Missed& m) { return m.used == 0; }) = each;
  }
  std::sort(state.missed.begin(), state.missed.end(), std::greater<>());
}

// Returns the properties that it violates.
unsigned Machine::take_effect(State& state, const Waiting& waiting) const {
  switch (waiting.kind) {
    case Waiting::kDescriptor:
      miss(state, waiting);
      state.memory[waiting.page][waiting.slot] = waiting.pte;
      if (kernel_.buffers && !kernel_.two_cpus) return 0;  // say() has
      note_allowed(state);
      break;
    case Waiting::kData:
      if (kernel_.buffers && !kernel_.two_cpus) return 0;  // it was executed before the page was freed
      break;
    case Waiting::kWord: state.signals = static_cast<std::uint8_t>(state.signals | 1u << state.number); return 0;
    case Waiting::kRevoke:
      state.revoked = static_cast<std::uint8_t>(state.revoked | 1u << (waiting.page * kVas + waiting.slot));
      state.allowed[waiting.page][waiting.slot] = {};
      note_allowed(state);
      return 0;
    case Waiting::kFree: state.freed = static_cast<std::uint16_t>(state.freed | 1u << waiting.page); return 0;
    default: return 0;
  }
  return ((state.freed >> waiting.page) & 1) != 0 ? 1u << kFreed : 0;
}

}  // namespace shootdown::naive::arm64
