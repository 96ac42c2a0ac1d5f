// The naive machine's INVLPGB: a token for each processor, which performs it in a step of its own, at any time.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive {
namespace {

// Which entries go: as docs/machine-x86.md reads AMD's manual (APM 3, INVLPGB), the weaker where that leaves a choice.
bool selects(const Token& token, const Entry& entry) {
  const auto has = [&](BroadcastBits bit) { return (token.selectors & bit) != 0; };
  if (entry.level > 1 && has(kFinalOnly)) return false;
  if (has(kByVa) && !entry.covers(token.va)) return false;
  if (entry.tag == kGlobalTag) return has(kGlobalToo) && !has(kByPcid);
  return !has(kByPcid) || entry.tag == token.pcid;
}

}  // namespace

// Every processor has it to do, the one that executes it as well.
void Machine::invlpgb(State& state, const Op& op) const {
  const Token token{1, state.current, op.type, op.va, op.pcid, {}};
  for (Cpu* cpu : {static_cast<Cpu*>(&state), &state.other})
    *std::find_if(cpu->tokens.begin(), cpu->tokens.end(), [](const Token& t) { return t.waiting == 0; }) = token;
}

void Machine::perform(const State& state, const Emit& emit) const {
  for (unsigned which = 0; which < kMaxTokens && state.tokens[which].waiting != 0; ++which) {
    const Token& token = state.tokens[which];
    State after = state;
    for (unsigned i = which + 1; i < kMaxTokens; ++i) after.tokens[i - 1] = state.tokens[i];
    after.tokens[kMaxTokens - 1] = Token{};
    after.walker = Walker{};
    for (Entry& entry : after.entries)
      if (entry.level != 0 && selects(token, entry)) entry = Entry{};
    for (unsigned va = 0; va < kVas; ++va)
      if (((token.selectors & kByVa) == 0 || token.va == va) &&
          ((token.selectors & kByPcid) == 0 || token.pcid == state.pcid))
        after.given[va] = after.given_dirty[va] = 0;
    settle(after);
    emit(after, {Step::Kind::Perform, static_cast<std::uint8_t>(which), 0}, 0);
  }
}

}  // namespace shootdown::naive
