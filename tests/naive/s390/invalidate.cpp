// PTLB, IPTE, IDTE, CSP: each at once, on the CPUs that it is for (PoP, chapter 10).
#include <algorithm>

#include "machine.hpp"

namespace shootdown::naive::s390 {

bool Machine::takes(const Op& op, std::uint8_t frame, const Entry& entry) const {
  if (entry.level == 0) return false;
  switch (op.kind) {
    // What was made from the page-table entry, for whatever address space, and has the frame that still stands there.
    case OpKind::Ipte:
      return entry.level == 1 && entry.table == op.page && entry.page == frame &&
             (kernel_.split || entry.va == op.va);  // split: one entry of each page table is used
    // What was made by way of the segment-table entry.
    case OpKind::Idte: return entry.tag == op.page && (entry.va == kBoth || !kernel_.split || entry.va == op.va);
    case OpKind::IdteAsce: return entry.tag == op.page;
    default: return true;
  }
}

// An access in flight used what goes.
bool Machine::takes(const Op& op, std::uint8_t frame, const Waiting& store) const {
  if (store.kind != Waiting::kData) return false;
  Entry used;
  used.tag = store.tag;
  used.level = 1;
  used.va = store.va;
  used.table = store.table;
  used.page = store.page;
  return takes(op, frame, used);
}

// Returns false if it has to wait: for its own CPU's stores, or for accesses elsewhere that used what goes.
bool Machine::invalidate(State& state, const Op& op, unsigned& violated) const {
  if (state.waiting != 0) return false;
  const bool writes = op.kind == OpKind::Ipte || op.kind == OpKind::Idte || op.kind == OpKind::Csp;
  const unsigned level = kPageList[op.page].level;
  const unsigned slot = op.kind == OpKind::Csp ? op.slot : kernel_.slot(level, op.va);
  const std::uint8_t frame = state.memory[op.page][slot].page;
  const bool equal = op.kind != OpKind::Csp || state.memory[op.page][slot] == op.old;
  const bool local = op.kind == OpKind::Ptlb || (op.flag && op.kind != OpKind::Csp);
  if (equal && !local && kernel_.two_cpus)
    for (unsigned i = 0; i < state.other.waiting; ++i)
      if (takes(op, frame, state.other.buffer[i])) return false;
  if (writes) {
    if (((state.freed >> op.page) & 1) != 0) violated |= 1u << kFreed;
    Pte& entry = state.memory[op.page][slot];
    if (op.kind != OpKind::Csp) {
      entry.bits = static_cast<std::uint8_t>(entry.bits & ~kValid);
    } else if (equal) {
      entry = op.pte;
    }
    note_allowed(state);
  }
  if (!equal) return true;
  for (Cpu* cpu : {static_cast<Cpu*>(&state), &state.other}) {
    if (cpu == &state.other && local) continue;
    for (Entry& entry : cpu->entries)
      if (takes(op, frame, entry)) entry = Entry{};
    sort(*cpu);
  }
  return true;
}

}  // namespace shootdown::naive::s390
