// The naive machine's instructions, accesses, aborts and interrupts.
#include "machine.hpp"

namespace shootdown::naive::arm {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }
Frame& top(State& state) { return state.frames[state.depth - 1u]; }
const Frame& top(const State& state) { return state.frames[state.depth - 1u]; }

// Exceptions mask interrupts.
void enter(State& state, Frame frame) {
  frame.saved_mask = state.masked;
  state.masked = 1;
  state.frames[state.depth++] = frame;
}

}  // namespace

State Machine::initial() const {
  State state;
  state.memory = kernel_.tables();
  settle(state);
  return state;
}

const Op* Machine::next(const State& state) const {
  const auto& list = kernel_.lists[top(state).list];
  return top(state).pc < list.size() ? &list[top(state).pc] : nullptr;
}

void Machine::steps(const State& state, const Emit& emit) const {
  walks(state, emit);
  interrupt(state, emit);
  execute(state, emit);
}

// What is pending, or comes now, may be taken at any boundary where it is not masked.
void Machine::interrupt(const State& state, const Emit& emit) const {
  if (state.masked != 0) return;
  const auto take = [&](bool pending) {
    State after = state;
    if (pending) after.pending = 0;
    enter(after, Frame{kInterrupt});
    emit(after, {Step::Kind::Interrupt, pending ? std::uint8_t{1} : std::uint8_t{0}}, 0);
  };
  if (kernel_.timer) take(false);
  if (state.pending != 0) take(true);
}

// Prefetch aborts have a vector of their own (DDI 0198, 3.6).
void Machine::abort(State state, const Op& op, std::uint8_t status, unsigned violated, const Emit& emit) const {
  const bool fetch = op.how == How::Fetch;
  const Step step{Step::Kind::Abort, status};
  if (fetch ? !kernel_.prefetch_handler : !kernel_.data_handler)
    return emit(state, step, violated | bit(kArchitectural));
  Frame frame{fetch ? kPrefetchAbort : kDataAbort};
  frame.status = op.how == How::Store ? static_cast<std::uint8_t>(status | kWriting) : status;
  frame.fault = op.va;
  enter(state, frame);
  emit(state, step, violated);
}

// An access uses a translation that is cached, or makes a walk, which gives one or a fault.
void Machine::access(const State& state, const Op& op, const Emit& emit) const {
  const unsigned violated = op.user && state.root != kRA ? bit(kWrongPageTable) : 0;
  const auto use = [&](const Entry& entry) {
    if (!permits(entry.ap, op))
      return abort(state, op, entry.level == 1 ? kPagePermission : kSectionPermission, violated, emit);
    State after = state;
    ++top(after).pc;
    emit(after, {Step::Kind::Access, kernel_.reached(entry.page, op.va)}, violated | judge(state, op, entry));
  };
  for (const Entry& entry : state.entries)
    if (entry.level != 0 && entry.covers(op.va)) use(entry);
  const WalkEnd end = walk(state, state.root, op.va);
  if (end.entry.level == 0) return abort(state, op, end.status, violated, emit);
  use(end.entry);
}

void Machine::execute(const State& state, const Emit& emit) const {
  const Op* op = next(state);
  State after = state;
  if (op == nullptr) {
    if (state.depth == 1) {  // idles, unmasked
      after.masked = 0;
      if (kernel_.interrupts() && state.masked != 0) emit(after, {Step::Kind::Idle}, 0);
      return;
    }
    after.masked = top(state).saved_mask;
    after.frames[--after.depth] = Frame{};
    return emit(after, {Step::Kind::Return}, 0);
  }
  unsigned violated = 0;
  switch (op->kind) {
    case OpKind::Access: return access(state, *op, emit);
    case OpKind::Ttbr: after.root = op->page; break;
    case OpKind::Control: after.on = op->flag ? 1 : 0; break;
    case OpKind::Store:
      if (((state.freed >> op->page) & 1) != 0) violated |= bit(kFreed);
      after.memory[op->page][op->slot] = op->pte;
      break;
    case OpKind::InvalidateAll:
    case OpKind::InvalidateMva: invalidate(after, *op); break;
    case OpKind::Cache: break;
    case OpKind::Mask: after.masked = 1; break;
    case OpKind::Unmask: after.masked = 0; break;
    case OpKind::Save: top(after).r = state.masked; break;
    case OpKind::Restore: after.masked = top(state).r; break;
    case OpKind::Raise: after.pending = 1; break;
    case OpKind::Wait:  // ends also where what is pending, as the timer's may be at any time, is masked
      if (state.pending == 0 && !kernel_.timer) return;
      break;
    case OpKind::Revoked:
      after.revoked = static_cast<std::uint8_t>(state.revoked | 1u << (op->page * kVas + op->va));
      after.allowed[op->page][op->va] = {};
      break;
    case OpKind::Freed: after.freed = static_cast<std::uint16_t>(state.freed | 1u << op->page); break;
    case OpKind::Never:
      if (top(state).status == op->status && top(state).fault == op->va) violated |= bit(kAssertion);
      break;
  }
  ++top(after).pc;
  settle(after);
  emit(after, {Step::Kind::Execute}, violated);
}

}  // namespace shootdown::naive::arm
