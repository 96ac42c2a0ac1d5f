// TLBI: a token for each CPU that it is for, performed in a step of that CPU's own, at any time (Arm ARM, D8.17).
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::arm64 {

// What a form must remove, of `tag` at `level`; `where` says which addresses (Arm ARM, D8.17.5).
bool Machine::selects(const Token& token, unsigned tag, unsigned level, const Entry& where) const {
  const bool global = tag == kGlobalTag;
  switch (token.form) {
    case Form::Vmalle1: return true;
    case Form::Aside1: return tag == token.asid;
    case Form::Vae1: return where.covers(token.va) && (global || tag == token.asid);
    case Form::Vale1: return level == 1 && where.covers(token.va) && (global || tag == token.asid);
    case Form::Vaae1: return where.covers(token.va);
    case Form::Vaale1: return level == 1 && where.covers(token.va);
  }
  return false;
}

void Machine::issue(State& state, const Op& op) const {
  Token token;
  token.waiting = 1;
  token.issuer = state.number;
  token.form = op.form;
  if (op.form != Form::Vmalle1 && op.form != Form::Aside1) token.va = op.va;
  if (op.form == Form::Aside1 || op.form == Form::Vae1 || op.form == Form::Vale1) token.asid = op.asid;
  for (Cpu* cpu : {static_cast<Cpu*>(&state), &state.other}) {
    if (cpu == &state.other && (!op.flag || !kernel_.two_cpus)) continue;
    token.missed = cpu == &state.other ? state.missed : std::array<Missed, kMissed>{};
    // Two equal ones: the second's moment will do for the first.
    if (std::find(cpu->tokens.begin(), cpu->tokens.end(), token) != cpu->tokens.end()) continue;
    *std::find_if(cpu->tokens.begin(), cpu->tokens.end(), [](const Token& t) { return t.waiting == 0; }) = token;
  }
}

// A full DSB waits for its own CPU's TLBIs; DSB NSH for their effect here (Arm ARM, D8.17.6).
bool Machine::completed(const State& state, bool here_only) const {
  const auto waits = [&](const Cpu& cpu) {
    return std::any_of(cpu.tokens.begin(), cpu.tokens.end(),
                       [&](const Token& token) { return token.waiting != 0 && token.issuer == state.number; });
  };
  return !waits(state) && (here_only || !waits(state.other));
}

void Machine::perform(const State& state, const Emit& emit) const {
  for (unsigned which = 0; which < kMaxTokens && state.tokens[which].waiting != 0; ++which) {
    const Token& token = state.tokens[which];
    // Not before the accesses are that used what it removes: stores that are on their way.
    bool in_flight = false;
    for (unsigned i = 0; i < state.waiting; ++i) {
      const Waiting& store = state.buffer[i];
      Entry where;
      where.va = store.va;
      in_flight = in_flight || (store.kind == Waiting::kData && selects(token, store.tag, 1, where));
    }
    if (in_flight) continue;
    State cut = state;
    for (unsigned i = which + 1; i < kMaxTokens; ++i) cut.tokens[i - 1] = state.tokens[i];
    cut.tokens[kMaxTokens - 1] = Token{};
    std::vector<unsigned> usable;  // removed here, and what an access to come may have already
    for (unsigned i = 0; i < kCached; ++i) {
      Entry& entry = cut.entries[i];
      if (entry.level == 0 || !selects(token, entry.tag, entry.level, entry)) continue;
      const bool own = token.issuer == state.number;
      if (entry.held != 0 && own) continue;
      if (own)
        usable.push_back(i);
      else
        entry = Entry{};
    }
    for (unsigned va = 0; va < kVas; ++va)
      for (unsigned tag = 0; tag < kTags; ++tag) {
        Entry where;
        where.va = static_cast<std::uint8_t>(va);
        if (!selects(token, tag, 1, where)) continue;
        for (auto& root : cut.given) root[tag][va] = {};
      }
    for (unsigned kept = 0; kept < 1u << usable.size(); ++kept) {
      State after = cut;
      for (unsigned i = 0; i < usable.size(); ++i) {
        Entry& entry = after.entries[usable[i]];
        if (((kept >> i) & 1) == 0) {
          entry = Entry{};
          continue;
        }
        // Its ghost is what it was when it was looked up.
        if (entry.level == 1) entry.origin = static_cast<std::uint8_t>(origin(state, entry));
        entry.held = 1;
      }
      // It may have come before stores of its CPU that no DSB has followed; then walks may have come between. This
      // CPU's own stores are either known to the other one, and before its TLBI, or might as well come after it.
      if (token.issuer != state.number) {
        seen_at_dsb(after, true);
        after.early = token.missed;
      }
      sort(after);
      settle(after);
      emit(after, {Step::Kind::Perform, static_cast<std::uint8_t>(which)}, 0);
    }
  }
}

}  // namespace shootdown::naive::arm64
