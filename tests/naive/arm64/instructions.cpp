// The naive machine's instructions, accesses, aborts and interrupts.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::arm64 {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }

Frame& top(State& state) { return state.frames[state.depth - 1u]; }
const Frame& top(const State& state) { return state.frames[state.depth - 1u]; }

// No translation of `level` and beyond is decided by anything but the roots.
bool fixed_upper_levels(const Kernel& kernel) {
  for (const auto& list : kernel.lists)
    for (const Op& op : list) {
      if (op.kind == OpKind::Store && kPageList[op.page].level > 1) return false;
      if (op.kind == OpKind::Freed && kPageList[op.page].level > 1) return false;
    }
  return true;
}

}  // namespace

void Register::write(Ttbr value) {
  auto* const end = std::remove(values.begin(), values.begin() + count, value);
  count = static_cast<std::uint8_t>(end - values.begin());
  values[count++] = value;
  for (unsigned i = count; i < kPending; ++i) values[i] = Ttbr{};
}

void Register::synchronise() {
  const Ttbr last = newest();
  values = {};
  values[0] = last;
  count = 1;
}

Machine::Machine(const Kernel& kernel, unsigned capacity)
    : kernel_(kernel), capacity_(capacity), two_at_once_(fixed_upper_levels(kernel)) {}

State Machine::initial() const {
  State state;
  state.memory = kernel_.tables();
  state.masked = kernel_.interrupts ? 0 : 1;
  state.lower.values[0] = {kernel_.own_root(0), kernel_.own_asid(0)};
  state.upper.values[0] = {kRB, 0};
  state.other.number = 1;
  state.other.frames[0].list = kMain1;
  state.other.off = 1;
  if (kernel_.two_cpus) {
    state.other.lower.values[0] = {kernel_.own_root(1), kernel_.own_asid(1)};
    state.other.upper.values[0] = {kRB, 0};
  }
  settle(state);
  return state;
}

const Op* Machine::next(const State& state) const {
  const Frame& frame = top(state);
  const auto& list = kernel_.lists[frame.list];
  return frame.pc < list.size() ? &list[frame.pc] : nullptr;
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
  if (state.other.early[0].used != 0) return;
  if (state.early[0].used != 0) {
    walks(state, emit);
    State after = state;
    after.early = {};
    settle(after);
    return emit(after, {Step::Kind::Performed}, 0);
  }
  perform(state, emit);
  if (state.off != 0) {
    State after = state;
    after.off = 0;
    settle(after);
    return emit(after, {Step::Kind::TurnOn}, 0);
  }
  walks(state, emit);
  leave(state, emit);
  execute(state, emit);
}

// A context synchronization event: the values written last are the only ones, and nothing that was looked up early is
// used any more (Arm ARM, D8.17.6, D23.1.1).
void Machine::synchronise(State& state) const {
  state.lower.synchronise();
  state.upper.synchronise();
  state.late = {};
  for (Entry& entry : state.entries)
    if (entry.held != 0) entry = Entry{};
  sort(state);
}

// An abort or interrupt: masks, and synchronises.
void Machine::fault(State state, Step step, unsigned violated, const Emit& emit) const {
  if (!kernel_.abort_handler) return emit(state, step, violated | bit(kArchitectural));
  synchronise(state);
  state.el0 = 0;
  state.frames[state.depth++] = Frame{kAbort, 0, state.masked, 0};
  state.masked = 1;
  settle(state);
  emit(state, step, violated);
}

// The access of the next instruction goes through `used`.
void Machine::finish(State state, const Op& op, const Entry& used, unsigned violated, const Emit& emit) const {
  violated |= judge(state, op, used);
  const Step step{Step::Kind::Access, used.page, used.held};
  ++top(state).pc;
  if (op.flag) {
    Waiting store;
    store.kind = Waiting::kData;
    store.page = used.page;
    store.tag = used.tag;
    store.va = op.va;
    later(state, store);
  }
  settle(state);
  emit(state, step, violated);
}

// An access uses a translation that is cached, or asks for a walk.
void Machine::access(const State& state, const Op& op, const Emit& emit) const {
  if (!op.flag && loads_wait(state)) return;
  unsigned violated = 0;
  if (op.user) {
    if (state.el0 == 0) {  // only an ERET leads there
      State after = state;
      synchronise(after);
      after.el0 = 1;
      settle(after);
      return emit(after, {Step::Kind::Eret}, 0);
    }
    if (state.lower.newest().page != kernel_.own_root(state.number)) violated |= bit(kWrongPageTable);
  }
  State base = state;
  if (!op.user) base.el0 = 0;
  const std::vector<Start> active = starts(state);
  for (const Entry& entry : state.entries) {
    const bool in_use = entry.tag == kGlobalTag || std::any_of(active.begin(), active.end(), [&](const Start& start) {
                          return start.tag == entry.tag;
                        });
    if (entry.level != 1 || !entry.covers(op.va) || !in_use) continue;
    if (permits(entry.rights, op)) {
      finish(base, op, entry, violated, emit);
    } else {
      fault(base, {Step::Kind::Fault, 2}, violated, emit);
    }
  }
  // Or a walk of its own, whose last read gives a translation or a fault; the reads before it are walks().
  std::vector<Walk> under_way = possible(state, state, op.va, true);
  for (std::size_t i = 0; i < under_way.size(); ++i) {
    const Walk walk = under_way[i];
    // Behind a descriptor that was removed the whole walk is the access's own: nothing of it is cached any more.
    const bool removed = walk.from != kCached && state.entries[walk.from].held != 0;
    if (removed && walk.level > 1)
      for (const Pte pte : readable(state, state, walk.table, kernel_.slot(walk.level, walk.va)))
        if (!faults(walk, pte)) {
          under_way.push_back(further(walk, made(walk, pte)));
          under_way.back().from = walk.from;
        }
    if (may_fault(state, walk)) fault(base, {Step::Kind::Fault, 0}, violated, emit);
    for (const Pte pte : readable(state, state, walk.table, kernel_.slot(walk.level, walk.va))) {
      if (walk.level > 1 || faults(walk, pte)) continue;
      const Entry used = made(walk, pte);
      if (permits(used.rights, op)) {
        finish(base, op, used, violated, emit);
      } else {
        fault(base, {Step::Kind::Fault, 1}, violated, emit);
      }
    }
  }
}

void Machine::execute(const State& state, const Emit& emit) const {
  if (kernel_.timer && state.masked == 0) {
    State after = state;
    synchronise(after);
    after.el0 = 0;
    after.frames[after.depth++] = Frame{kTimer, 0, state.masked, 0};
    after.masked = 1;
    settle(after);
    emit(after, {Step::Kind::Timer}, 0);
  }
  const Op* op = next(state);
  State after = state;
  if (op == nullptr) {
    if (state.depth == 1) {  // idles, unmasked
      after.masked = 0;
      if (kernel_.timer && state.masked != 0) emit(after, {Step::Kind::Return}, 0);
      return;
    }
    synchronise(after);  // ERET
    after.masked = top(state).saved_mask;
    after.frames[--after.depth] = Frame{};
    settle(after);
    return emit(after, {Step::Kind::Return}, 0);
  }
  unsigned violated = 0;
  Waiting waiting;
  waiting.page = op->page;
  if (op->kind != OpKind::Access && op->kind != OpKind::Revoked && op->kind != OpKind::Freed) after.el0 = 0;
  switch (op->kind) {
    case OpKind::Access: return access(state, *op, emit);
    case OpKind::Ttbr0: after.lower.write({op->page, op->asid}); break;
    case OpKind::Ttbr1: after.upper.write({op->page, op->asid}); break;
    case OpKind::Store:
      if (((state.freed >> op->page) & 1) != 0) violated |= bit(kFreed);
      waiting.kind = Waiting::kDescriptor;
      waiting.slot = op->slot;
      waiting.pte = op->pte;
      if (kernel_.buffers) {
        const Pte before = readable(state, state, op->page, op->slot).back();
        const Walk here{0, static_cast<std::uint8_t>(kPageList[op->page].level), op->page, 0, 0, 0};
        if (faults(here, before))
          after.late[op->page] = static_cast<std::uint8_t>(after.late[op->page] | 1u << op->slot);
      }
      later(after, waiting);
      break;
    case OpKind::Tlbi: issue(after, *op); break;
    case OpKind::Dsb: {
      const bool here = op->option == Option::Nsh, full = here || op->option == Option::Ish;
      if (full && !completed(state, here)) return;
      if (!here && op->option != Option::Ishld && state.waiting != 0) return;
      if (op->option != Option::Ishld) seen_at_dsb(after, here);
      if (here)
        for (unsigned i = 0; i < after.waiting; ++i)
          if (after.buffer[i].kind == Waiting::kDescriptor) after.buffer[i].own_walks = 1;
      if (full && kernel_.ets2)
        for (Entry& entry : after.entries)
          if (entry.held != 0) entry = Entry{};
      sort(after);
      break;
    }
    case OpKind::Dmb:
      if (op->option == Option::Ish || op->option == Option::Ishst) mark(after, op->option == Option::Ish);
      break;
    case OpKind::Isb: synchronise(after); break;
    case OpKind::Mask: after.masked = 1; break;
    case OpKind::Unmask: after.masked = 0; break;
    case OpKind::Revoked:
      waiting.kind = Waiting::kRevoke;
      waiting.slot = op->va;
      later(after, waiting);
      break;
    case OpKind::Freed:
      waiting.kind = Waiting::kFree;
      later(after, waiting);
      break;
    case OpKind::Signal:
      waiting = Waiting{};
      waiting.kind = Waiting::kWord;
      waiting.release = op->flag ? 1 : 0;
      later(after, waiting);
      break;
    case OpKind::Await:
      if (loads_wait(state) || ((state.signals >> (state.number ^ 1u)) & 1) == 0) return;
      break;
  }
  ++top(after).pc;
  settle(after);
  emit(after, {Step::Kind::Execute}, violated);
}

}  // namespace shootdown::naive::arm64
