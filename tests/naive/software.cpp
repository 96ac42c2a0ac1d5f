// The naive machine's instructions, accesses, faults and interrupts, and what the properties say of them.
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive {
namespace {

constexpr unsigned bit(Property property) { return 1u << property; }

Context& running(State& state) { return state.contexts[state.current]; }
const Context& running(const State& state) { return state.contexts[state.current]; }
Frame& top(State& state) { return running(state).frames[running(state).depth - 1u]; }
const Frame& top(const State& state) { return running(state).frames[running(state).depth - 1u]; }

bool freed(const State& state, std::uint8_t page) { return ((state.freed >> page) & 1) != 0; }

// Waits until its processor's stores have reached memory.
bool serializes(OpKind kind) {
  switch (kind) {
    case OpKind::LoadCr3:
    case OpKind::LoadOther:
    case OpKind::WriteCr3:
    case OpKind::ClearPge:
    case OpKind::RestoreCr4:
    case OpKind::Invlpg:
    case OpKind::Invpcid: return true;
    default: return false;
  }
}

// An instruction has been executed.
void retire(State& state, const Op& op) {
  ++top(state).pc;
  if (!is_ghost(op)) state.shadow = 0;
}

void enter(State& state, List list) {
  Context& context = running(state);
  Frame frame;
  frame.list = list;
  frame.saved_if = state.interrupts;
  context.frames[context.depth++] = frame;
  state.interrupts = 0;
  state.shadow = 0;
}

}  // namespace

const char* property_name(unsigned property) {
  constexpr const char* names[] = {"wrong-page-table", "foreign-translation", "revoked-translation", "freed-page",
                                   "architectural-fault"};
  return names[property];
}

State Machine::initial() const {
  State state;
  state.memory = kernel_.tables();
  state.pge = kernel_.pge ? 1 : 0;
  state.interrupts = kernel_.interrupts ? 1 : 0;
  state.shadow = state.interrupts;  // the boot code ends with STI
  state.contexts[0].depth = 1;
  if (kernel_.contexts() == 2) {
    state.contexts[1].depth = 1;
    state.contexts[1].frames[0].list = kMain1;
  }
  if (kernel_.two_cpus) {
    state.other.current = 1;
    state.other.root = kernel_.own_root(1);
    state.other.pge = state.pge;
    state.other.off = 1;
  }
  return state;
}

const Op* Machine::next(const State& state) const {
  const Frame& frame = top(state);
  const auto& list = kernel_.lists[frame.list];
  return frame.pc < list.size() ? &list[frame.pc] : nullptr;
}

unsigned Machine::violated_in(const State& state) const {
  const auto uses_freed = [&](const Cpu& cpu) {
    if (cpu.off != 0) return false;
    if (freed(state, cpu.root) || (cpu.walker.active != 0 && freed(state, cpu.walker.table))) return true;
    return std::any_of(cpu.entries.begin(), cpu.entries.end(), [&](const Entry& entry) {
      return entry.level > 1 && entry.tag == cpu.pcid && (entry.tainted != 0 || freed(state, entry.page));
    });
  };
  return uses_freed(state) || (kernel_.two_cpus && uses_freed(state.other)) ? bit(kFreed) : 0;
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
  perform(state, emit);
  if (state.off != 0) {
    State after = state;
    after.off = 0;
    settle(after);
    return emit(after, {Step::Kind::TurnOn, 0, 0}, 0);
  }
  walker_steps(state, emit);
  evictions(state, emit);
  timer(state, emit);
  drain(state, emit);
  execute(state, emit);
}

// That a page is in use belongs to the instruction before it, which took it: nothing comes between the two.
void Machine::timer(const State& state, const Emit& emit) const {
  if (!kernel_.timer || state.interrupts == 0 || state.shadow != 0 || state.walker.demanded != 0) return;
  State after = state;
  enter(after, kTimer);
  emit(after, {Step::Kind::Timer, 0, 0}, 0);
}

void Machine::fault(State state, unsigned va, Step step, unsigned violated, const Emit& emit) const {
  // SDM 3, 4.10.4.1: the fault takes with it what it may have been due to, so that it does not recur.
  for (Entry& entry : state.entries)
    if (entry.level != 0 && entry.covers(va) && (entry.tag == state.pcid || entry.tag == kGlobalTag)) entry = Entry{};
  state.walker = Walker{};
  state.given[va] = state.given_dirty[va] = 0;
  if (!kernel_.fault_handler) return emit(state, step, violated | bit(kArchitectural));
  enter(state, kFault);
  settle(state);
  emit(state, step, violated);
}

bool Machine::permits(const Entry& entry, bool user, bool store) const {
  if (user && (entry.rights & kUser) == 0) return false;
  return !store || (entry.rights & kWrite) != 0 || (!user && !kernel_.protect);
}

// An access to `page` is among the outcomes of a set of them.
bool Machine::contains(std::uint64_t outcomes, const Op& op, std::uint8_t page) const {
  for (unsigned rights = 0; rights < 4; ++rights) {
    Entry outcome;
    outcome.rights = static_cast<std::uint8_t>(((rights & 2) != 0 ? kUser : 0) | ((rights & 1) != 0 ? kWrite : 0));
    if (((outcomes >> (page * 4u + rights)) & 1) != 0 && permits(outcome, op)) return true;
  }
  return false;
}

unsigned Machine::judge(const State& state, const Op& op, const Entry& used) const {
  unsigned violated = 0;
  // What a walk of the loaded tables gives as well is not held against the access: nobody could tell the two apart.
  const Entry now = reach(state, state.root, op.va);
  const bool fresh = now.level != 0 && now.page == used.page && permits(now, op);
  const bool given = contains((op.flag ? state.given_dirty : state.given)[op.va], op, used.page);
  const unsigned kind = (op.user ? 2u : 0u) + (op.flag ? 1u : 0u);
  if (freed(state, used.page) || (((used.tainted >> kind) & 1) != 0 && !fresh && !given)) violated |= bit(kFreed);
  if (used.tag != kGlobalTag && used.origin != state.root && !fresh && !given) violated |= bit(kForeign);
  if (!fresh && ((state.revoked >> (used.origin * kVas + op.va)) & 1) != 0) {
    if (!contains(state.allowed[used.origin][op.va], op, used.page)) violated |= bit(kRevoked);
  }
  return violated;
}

// The access of the next instruction goes through `used`.
void Machine::finish_access(const State& state, const Entry& used, const Emit& emit) const {
  const Op& op = *next(state);
  const Step step{Step::Kind::Complete, top(state).list, top(state).pc};
  const unsigned violated = judge(state, op, used);
  State after = state;
  after.walker = Walker{};
  retire(after, op);
  // The value 0 goes to the page's first bytes, which may be a table's entry.
  if (op.flag && kernel_.is_table(used.page))
    for (unsigned slot = 0; slot < kSlots; ++slot) {
      const unsigned level = kernel_.level_of(used.page);
      if ((slot == 0 || kernel_.distinguishes(level)) && kernel_.index(level, slot) == 0)
        later(after, {Pending::kEntry, used.page, static_cast<std::uint8_t>(slot), Pte{}});
    }
  if (op.flag && kernel_.buffers && !kernel_.is_table(used.page)) later(after, {Pending::kData, used.page, 0, Pte{}});
  settle(after);
  emit(after, step, violated);
}

// An access uses a translation that is cached, or asks for a walk.
void Machine::access(const State& state, const Op& op, const Emit& emit) const {
  const Walker& walker = state.walker;
  const Step step{Step::Kind::Complete, top(state).list, top(state).pc};
  if (walker.demanded != 0) {
    for (const Pte pte : readable(state, walker.table, kernel_.slot(walker.level, walker.va))) {
      if ((pte.bits & kPresent) == 0) {
        fault(state, op.va, {Step::Kind::Fault, 0, 0}, 0, emit);
        continue;
      }
      if (walker.level > 1) continue;
      // The last level. D is set by a locked update before the translation may be used for writing.
      Entry used = made(state, 1, op.va, walker.rights, pte, walker.origin);
      if (!permits(used, op)) {
        fault(state, op.va, {Step::Kind::Fault, 1, 0}, 0, emit);
        continue;
      }
      State after = state;
      if (op.flag && (pte.bits & kDirty) == 0) {
        const Pte dirty{pte.page, static_cast<std::uint8_t>(pte.bits | kDirty)};
        write_memory(after, walker.table, kernel_.slot(1, walker.va), dirty);
        used.rights = static_cast<std::uint8_t>(used.rights | kDirty);
      }
      insert(after, used, [&](const State& s) { finish_access(s, used, emit); });
    }
    return;
  }
  unsigned violated = 0;
  if (op.user && state.root != kernel_.own_root(state.current)) violated |= bit(kWrongPageTable);
  for (const Entry& entry : state.entries) {
    if (entry.level != 1 || !entry.covers(op.va) || (entry.tag != state.pcid && entry.tag != kGlobalTag)) continue;
    if (!permits(entry, op)) {
      fault(state, op.va, {Step::Kind::Fault, 2, 0}, violated, emit);
      continue;
    }
    if (op.flag && (entry.rights & kDirty) == 0) continue;  // D has to be set first: a walk
    finish_access(state, entry, [&](const State& s, Step, unsigned more) { emit(s, step, violated | more); });
  }
  const auto demand = [&](unsigned level, std::uint8_t table, std::uint8_t rights, std::uint8_t origin) {
    State after = state;
    after.walker = Walker{1, 1, op.va, static_cast<std::uint8_t>(level), table, rights, origin, 0};
    settle(after);
    emit(after, {Step::Kind::StartWalk, op.va, static_cast<std::uint8_t>(level)}, violated);
  };
  demand(kernel_.levels(), state.root, kWrite | kUser, state.root);
  for (const Entry& entry : state.entries)
    if (entry.level > 1 && entry.tag == state.pcid && entry.covers(op.va))
      demand(entry.level - 1u, entry.page, entry.rights, entry.origin);
}

void Machine::execute(const State& state, const Emit& emit) const {
  const Op* op = next(state);
  const Frame& frame = top(state);
  const Step step{Step::Kind::Execute, frame.list, frame.pc};
  State after = state;
  if (op == nullptr) {
    if (frame.list < kTimer) {  // a context that has finished idles
      after.shadow = 0;
      if (state.shadow != 0) emit(after, {Step::Kind::Return, frame.list, 0}, 0);
      return;
    }
    if (state.buffered != 0) return;  // IRET serializes
    after.interrupts = frame.saved_if;
    after.shadow = 0;
    Context& context = running(after);
    context.frames[--context.depth] = Frame{};
    return emit(after, {Step::Kind::Return, frame.list, 0}, 0);
  }
  if (state.buffered != 0 && serializes(op->kind)) return;
  unsigned violated = 0;
  bool valid = true;
  switch (op->kind) {
    case OpKind::LoadCr3: valid = load_cr3(after, op->page, op->pcid, op->flag); break;
    case OpKind::LoadOther: {
      if (state.shadow != 0) {  // the value is computed first, and that ends STI's shadow
        after.shadow = 0;
        return emit(after, step, 0);
      }
      const std::uint8_t other = state.current ^ 1;
      valid = load_cr3(after, other, own_pcid(*op, other), op->flag);
      break;
    }
    case OpKind::ReadCr3:
      top(after).root = state.root;
      top(after).pcid = state.pcid;
      break;
    case OpKind::WriteCr3: valid = load_cr3(after, frame.root, frame.pcid, op->flag); break;
    case OpKind::ReadCr4: top(after).pge = state.pge; break;
    case OpKind::ClearPge: load_cr4(after, false); break;
    case OpKind::RestoreCr4: load_cr4(after, frame.pge != 0); break;
    case OpKind::Store:
      if (freed(state, op->page)) violated |= bit(kFreed);
      later(after, {Pending::kEntry, op->page, op->slot, op->pte.bits == 0 ? Pte{} : op->pte});
      break;
    case OpKind::Invlpg: invlpg(after, op->va); break;
    case OpKind::Invpcid: valid = invpcid(after, *op); break;
    case OpKind::Invlpgb:
      valid = (op->type & kByPcid) == 0 || kernel_.pcide;
      if (valid) invlpgb(after, *op);
      break;
    case OpKind::Tlbsync:
      for (const Cpu* cpu : {static_cast<const Cpu*>(&state), &state.other})
        for (const Token& token : cpu->tokens)
          if (token.waiting != 0 && token.issuer == state.current) return;
      break;
    case OpKind::Access: return access(state, *op, emit);
    case OpKind::Cli: after.interrupts = 0; break;
    case OpKind::Sti: break;
    case OpKind::Switch: break;
    case OpKind::Revoked: later(after, {Pending::kRevoke, op->page, op->va, Pte{}}); break;
    case OpKind::Freed: later(after, {Pending::kFree, op->page, 0, Pte{}}); break;
    case OpKind::Signal: later(after, {Pending::kSignal, 0, 0, Pte{}}); break;
    case OpKind::Await:
      if (((state.signals >> (state.current ^ 1u)) & 1) == 0) return;
      break;
    case OpKind::InUse: after.freed = static_cast<std::uint16_t>(after.freed & ~(1u << op->page)); break;
  }
  if (!valid) return emit(state, step, bit(kArchitectural));
  retire(after, *op);
  if (op->kind == OpKind::Sti) {
    after.shadow = state.interrupts == 0 ? 1 : 0;
    after.interrupts = 1;
  }
  if (op->kind == OpKind::Switch) after.current ^= 1;
  settle(after);
  emit(after, step, violated);
}

}  // namespace shootdown::naive
