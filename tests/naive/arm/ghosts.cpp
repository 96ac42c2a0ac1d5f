// What the properties say of a step or a state, and what has to be remembered for them.
#include "machine.hpp"

namespace shootdown::naive::arm {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }
bool freed(const State& state, unsigned page) { return ((state.freed >> page) & 1) != 0; }
void add(std::uint8_t& set, unsigned ap) { set = static_cast<std::uint8_t>(set | 1u << ap); }
bool any_permits(std::uint8_t set, const Op& op) {
  for (unsigned ap = 0; ap < 4; ++ap)
    if (((set >> ap) & 1) != 0 && permits(ap, op)) return true;
  return false;
}

}  // namespace

// AP (DDI 0198, 3.7), with S and R clear.
bool permits(unsigned ap, const Op& op) {
  if (!op.user) return ap != 0;
  return ap == 3 || (ap == 2 && op.how != How::Store);
}

// After a change of memory, TTBR or the MMU: what the tables give now.
void Machine::settle(State& state) const {
  for (std::uint8_t root = 0; root < kRoots; ++root)
    for (unsigned va = 0; va < kVas; ++va) {
      const Entry now = walk(state, root, va).entry;
      if (now.level == 0) continue;
      if (((state.revoked >> (root * kVas + va)) & 1) != 0)
        add(state.allowed[root][va][kernel_.reached(now.page, va)], now.ap);
      if (state.on == 0 || root != state.root) continue;
      for (auto& of_root : state.given)
        of_root[va][now.page] = static_cast<std::uint8_t>(of_root[va][now.page] & ~(1u << now.ap));
      add(state.given[root][va][now.page], now.ap);
    }
}

// Of an access of `op` through `used`.
unsigned Machine::judge(const State& state, const Op& op, const Entry& used) const {
  const std::uint8_t page = kernel_.reached(used.page, op.va);
  // The root whose translation it was: the loaded one, if that may be.
  std::uint8_t from = state.root;
  std::uint8_t explained = 0;
  for (std::uint8_t way = 0; way < kPages; ++way)
    if (kernel_.reached(way, op.va) == page)
      explained = static_cast<std::uint8_t>(explained | state.given[state.root][op.va][way]);
  unsigned violated = freed(state, page) ? bit(kFreed) : 0;
  if (!any_permits(explained, op)) {
    violated |= bit(kForeign);
    from = state.root == kRA ? kRB : kRA;
  }
  if (((state.revoked >> (from * kVas + op.va)) & 1) != 0 && !any_permits(state.allowed[from][op.va][page], op))
    violated |= bit(kRevoked);
  return violated;
}

// A walk may read, at any time, a table that has been freed.
unsigned Machine::violated_in(const State& state) const {
  if (state.on == 0) return 0;
  for (const Pte& pte : state.memory[state.root])
    if ((pte.bits & kValid) != 0 && freed(state, pte.page)) return bit(kFreed);
  return 0;
}

}  // namespace shootdown::naive::arm
