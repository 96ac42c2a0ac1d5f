// The naive machine's instructions, accesses and program interruptions.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::s390 {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }
Frame& top(State& state) { return state.frames[state.depth - 1u]; }
const Frame& top(const State& state) { return state.frames[state.depth - 1u]; }
bool freed(const State& state, unsigned page) { return ((state.freed >> page) & 1) != 0; }

}  // namespace

State Machine::initial() const {
  State state;
  state.memory = kernel_.tables();
  state.asce[kPrimary] = kernel_.own_root(0);
  state.asce[kHome] = kernel_.other_home ? static_cast<std::uint8_t>(kSB) : kernel_.own_root(0);
  state.other.number = 1;
  state.other.frames[0].list = kMain1;
  state.other.off = 1;
  return state;
}

const Op* Machine::next(const State& state) const {
  const auto& list = kernel_.lists[top(state).list];
  return top(state).pc < list.size() ? &list[top(state).pc] : nullptr;
}

unsigned Machine::violated_in(const State& state) const {
  for (const Cpu* cpu : {static_cast<const Cpu*>(&state), &state.other})
    for (const Entry& entry : cpu->entries)
      if (entry.level == kSegment && freed(state, entry.page) &&
          std::find(cpu->asce.begin(), cpu->asce.end(), entry.tag) != cpu->asce.end())
        return bit(kFreed);
  return 0;
}

void Machine::steps(const State& state, const Emit& emit) const {
  steps_of_one(state, emit);
  if (!kernel_.two_cpus) return;
  State second = state;
  second.change_sides();
  steps_of_one(second, [&](const State& after, Step step, unsigned violated) {
    State first = after;
    first.change_sides();
    step.cpu = 1;
    emit(first, step, violated);
  });
}

void Machine::steps_of_one(const State& state, const Emit& emit) const {
  if (state.off != 0) {
    State after = state;
    after.off = 0;
    after.asce[kPrimary] = kernel_.own_root(1);
    after.asce[kHome] = kernel_.other_home ? static_cast<std::uint8_t>(kSB) : kernel_.own_root(1);
    return emit(after, {Step::Kind::TurnOn}, 0);
  }
  walks(state, emit);
  leave(state, emit);
  execute(state, emit);
}

void Machine::fault(State state, Step step, unsigned violated, const Emit& emit) const {
  if (!kernel_.handler) return emit(state, step, violated | bit(kArchitectural));
  state.frames[state.depth++] = Frame{kProgram, 0};
  emit(state, step, violated);
}

// The access of the next instruction goes through `used`.
void Machine::finish(State state, const Op& op, const Entry& used, unsigned violated, const Emit& emit) const {
  if (freed(state, used.page)) violated |= bit(kFreed);
  if (((state.revoked >> (used.tag * kVas + op.va)) & 1) != 0) {
    const unsigned outcomes = state.allowed[used.tag][op.va] >> (used.page * 2) & 3;
    if (op.flag ? (outcomes & 2) == 0 : outcomes == 0) violated |= bit(kRevoked);
  }
  const Step step{Step::Kind::Access, used.page};
  ++top(state).pc;
  if (op.flag) {
    Waiting store;
    store.kind = Waiting::kData;
    store.page = used.page;
    store.tag = used.tag;
    store.va = op.va;
    store.table = used.table;
    later(state, store, violated);
  }
  emit(state, step, violated);
}

// An access uses a translation that is cached, or makes a walk, whose last read gives one or a fault.
void Machine::access(const State& state, const Op& op, const Emit& emit) const {
  unsigned violated = 0;
  const std::uint8_t root = state.asce[op.user ? kPrimary : kHome];
  if (op.user && root != kernel_.own_root(state.number)) violated |= bit(kWrongPageTable);
  const auto use = [&](const Entry& entry, std::uint8_t why) {
    if (op.flag && (entry.rights & kWrite) == 0) return fault(state, {Step::Kind::Fault, why}, violated, emit);
    finish(state, op, entry, violated, emit);
  };
  for (const Entry& entry : state.entries)
    if (entry.level == 1 && entry.tag == root && entry.covers(op.va)) use(entry, 2);
  for (const Walk& walk : possible(state, root, op.va))
    for (const Pte pte : readable(state, state, walk.table, kernel_.slot(walk.level, walk.va))) {
      if ((pte.bits & kValid) == 0)
        fault(state, {Step::Kind::Fault, 0}, violated, emit);
      else if (walk.level == 1)
        use(made(walk, pte), 1);
    }
}

void Machine::execute(const State& state, const Emit& emit) const {
  const Op* op = next(state);
  State after = state;
  if (op == nullptr) {
    if (state.depth == 1 || state.waiting != 0) return;  // idles; LPSWE serializes
    after.frames[--after.depth] = Frame{};
    return emit(after, {Step::Kind::Return}, 0);
  }
  unsigned violated = 0;
  Waiting waiting;
  waiting.page = op->page;
  switch (op->kind) {
    case OpKind::Access: return access(state, *op, emit);
    case OpKind::Load: after.asce[op->number] = op->page; break;
    case OpKind::Store:
      if (freed(state, op->page)) violated |= bit(kFreed);
      waiting.kind = Waiting::kEntry;
      waiting.slot = op->slot;
      waiting.pte = op->pte;
      later(after, waiting, violated);
      break;
    case OpKind::Ipte:
    case OpKind::Idte:
    case OpKind::IdteAsce:
    case OpKind::Ptlb:
    case OpKind::Csp:
      if (!invalidate(after, *op, violated)) return;
      break;
    case OpKind::Bcr:
      if (state.waiting != 0) return;
      break;
    case OpKind::Revoked:
      waiting.kind = Waiting::kRevoke;
      waiting.slot = op->va;
      later(after, waiting, violated);
      break;
    case OpKind::Freed:
      waiting.kind = Waiting::kFree;
      later(after, waiting, violated);
      break;
    case OpKind::Signal:
      waiting = Waiting{};
      waiting.kind = Waiting::kWord;
      later(after, waiting, violated);
      break;
    case OpKind::Await:
      if (((state.signals >> (state.number ^ 1u)) & 1) == 0) return;
      break;
  }
  ++top(after).pc;
  emit(after, {Step::Kind::Execute}, violated);
}

}  // namespace shootdown::naive::s390
