// The naive machine's store buffers: first in, first out, drained at any time.
#include "machine.hpp"

namespace shootdown::naive {

// `pending` takes effect now, or waits behind what waits already. Statements wait only behind stores: what they say is
// about memory.
void Machine::later(State& state, Pending pending) const {
  const bool statement = pending.kind == Pending::kRevoke || pending.kind == Pending::kFree;
  if (!kernel_.buffers || (statement && state.buffered == 0)) {
    take_effect(state, pending);
  } else {
    state.buffer[state.buffered++] = pending;
  }
}

void Machine::drain(const State& state, const Emit& emit) const {
  if (state.buffered == 0) return;
  State after = state;
  for (unsigned i = 1; i < state.buffered; ++i) after.buffer[i - 1] = state.buffer[i];
  after.buffer[--after.buffered] = Pending{};
  const unsigned violated = take_effect(after, state.buffer[0]);
  settle(after);
  emit(after, {Step::Kind::Drain, state.buffer[0].kind, state.buffer[0].page}, violated);
}

// Returns the properties that it violates.
unsigned Machine::take_effect(State& state, const Pending& pending) const {
  switch (pending.kind) {
    case Pending::kEntry: write_memory(state, pending.page, pending.slot, pending.pte); break;
    case Pending::kSignal: state.signals = static_cast<std::uint8_t>(state.signals | (1u << state.current)); return 0;
    case Pending::kRevoke:
      state.revoked = static_cast<std::uint8_t>(state.revoked | (1u << (pending.page * kVas + pending.slot)));
      state.allowed[pending.page][pending.slot] = 0;
      write_memory(state, 0, 0, state.memory[0][0]);  // the same again: only to note what is allowed
      return 0;
    case Pending::kFree:
      state.freed = static_cast<std::uint16_t>(state.freed | (1u << pending.page));
      for (Cpu* cpu : {static_cast<Cpu*>(&state), &state.other}) {
        for (Entry& entry : cpu->entries)
          if (entry.level != 0 && entry.page == pending.page) entry.tainted = kEveryKind;
        for (auto* given : {&cpu->given, &cpu->given_dirty})
          for (std::uint64_t& outcomes : *given) outcomes &= ~(std::uint64_t{0xf} << (pending.page * 4u));
      }
      return 0;
    default: break;
  }
  return ((state.freed >> pending.page) & 1) != 0 ? 1u << kFreed : 0;
}

std::vector<Pte> Machine::readable(const State& state, std::uint8_t table, unsigned slot) const {
  std::vector<Pte> values{state.memory[table][slot]};
  for (unsigned i = state.buffered; i-- > 0;) {
    const Pending& pending = state.buffer[i];
    if (pending.kind != Pending::kEntry || pending.page != table || pending.slot != slot) continue;
    if (pending.pte != values[0]) values.push_back(pending.pte);
    break;
  }
  return values;
}

}  // namespace shootdown::naive
