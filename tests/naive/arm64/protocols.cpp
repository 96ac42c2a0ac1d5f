// Protocols whose verdict follows from the architecture, each with what it needs and with parts of it missing.
#include "language.hpp"

namespace shootdown::naive::arm64 {
namespace {

using Ops = std::vector<Op>;

Op op(OpKind kind) {
  Op result;
  result.kind = kind;
  return result;
}
Op store(std::uint8_t table, std::uint8_t slot, std::uint8_t page = 0, std::uint8_t bits = 0) {
  Op result = op(OpKind::Store);
  result.page = table;
  result.slot = slot;
  if (bits != 0) result.pte = {page, bits};
  return result;
}
Op tlbi(Form form, bool shareable, std::uint8_t va = 0, std::uint8_t asid = 0) {
  Op result = op(OpKind::Tlbi);
  result.form = form;
  result.flag = shareable;
  result.va = va;
  result.asid = asid;
  return result;
}
Op barrier(OpKind kind, Option option) {
  Op result = op(kind);
  result.option = option;
  return result;
}
Op dsb(Option option = Option::Ish) { return barrier(OpKind::Dsb, option); }
Op dmb(Option option) { return barrier(OpKind::Dmb, option); }
Op isb() { return op(OpKind::Isb); }
Op access(bool user, bool is_store, std::uint8_t va = 0) {
  Op result = op(OpKind::Access);
  result.user = user;
  result.flag = is_store;
  result.va = va;
  return result;
}
Op kernel_load(std::uint8_t va = 0) { return access(false, false, va); }
Op revoked(std::uint8_t root = kRA, std::uint8_t va = 0) {
  Op result = op(OpKind::Revoked);
  result.page = root;
  result.va = va;
  return result;
}
Op freed(std::uint8_t page) {
  Op result = op(OpKind::Freed);
  result.page = page;
  return result;
}
Op ttbr0(std::uint8_t root, std::uint8_t asid) {
  Op result = op(OpKind::Ttbr0);
  result.page = root;
  result.asid = asid;
  return result;
}
Op ttbr1(std::uint8_t root, std::uint8_t asid) {
  Op result = ttbr0(root, asid);
  result.kind = OpKind::Ttbr1;
  return result;
}
Op signal(bool release = false) {
  Op result = op(OpKind::Signal);
  result.flag = release;
  return result;
}

class Collection {
 public:
  void one(const char* name, unsigned violated, Ops ops, void (*change)(Kernel&) = nullptr) {
    Kernel kernel;
    kernel.abort_handler = true;
    kernel.lists[kMain0] = std::move(ops);
    if (change != nullptr) change(kernel);
    all.push_back({name, kernel, violated});
  }
  // Two CPUs on RA under one ASID, with store buffers.
  void two(const char* name, unsigned violated, Ops here, Ops there, void (*change)(Kernel&) = nullptr) {
    Kernel kernel;
    kernel.two_cpus = kernel.common_root = kernel.buffers = kernel.abort_handler = true;
    kernel.lists[kMain0] = std::move(here);
    kernel.lists[kMain1] = std::move(there);
    if (change != nullptr) change(kernel);
    all.push_back({name, kernel, violated});
  }
  std::vector<Known<Kernel>> all;
};

constexpr unsigned kNothing = 0, kRevokes = 1u << kRevoked, kFrees = 1u << kFreed, kForeigns = 1u << kForeign,
                   kBreaks = 1u << kBreakBeforeMake;

// CPU 0 unmaps a page that CPU 1 accesses at any time. Needed: the store is where walks look before the TLBI is
// executed (DSB ISHST); the TLBI is for every CPU (IS); it is complete (a DSB of the CPU that executed it, with all
// accesses, of the inner shareable domain).
void unmaps(Collection& list) {
  const Op gone = store(kTA, 0), all = tlbi(Form::Vae1, true), user = access(true, false);
  const Op st = dsb(Option::Ishst), done = revoked();
  list.two("unmap", kNothing, {gone, st, all, dsb(), done}, {user});
  list.two("unmap, no DSB before the TLBI", kRevokes, {gone, all, dsb(), done}, {user});
  list.two("unmap, DMB before the TLBI", kRevokes, {gone, dmb(Option::Ish), all, dsb(), done}, {user});
  // The load is behind the store, for CPU 1 as well; the TLBI is behind neither.
  const Op load = kernel_load(1);
  list.two("unmap, DMB and a load before the TLBI", kRevokes, {gone, dmb(Option::Ish), load, all, dsb(), done}, {user});
  list.two("unmap, DMB, a load and a DSB before the TLBI", kNothing,
           {gone, dmb(Option::Ish), load, st, all, dsb(), done}, {user});
  list.two("unmap, DMB and a load before the TLBI, DSB ST behind it", kRevokes,
           {gone, dmb(Option::Ish), load, all, st, dsb(), done}, {user});
  list.two("unmap, DMB, a load and a DSB NSH before the TLBI", kRevokes,
           {gone, dmb(Option::Ish), load, dsb(Option::Nsh), all, dsb(), done}, {user});
  list.two("unmap for itself, DMB, a load and a DSB NSH before the TLBI", kNothing,
           {gone, dmb(Option::Ish), load, dsb(Option::Nsh), tlbi(Form::Vae1, false), dsb(Option::Nsh), isb(), done,
            kernel_load()},
           {});
  list.two("unmap, DSB LD before the TLBI", kRevokes, {gone, dsb(Option::Ishld), all, dsb(), done}, {user});
  list.two("unmap, DSB NSH before the TLBI", kRevokes, {gone, dsb(Option::Nsh), all, dsb(), done}, {user});
  list.two("unmap, no DSB behind the TLBI", kRevokes, {gone, st, all, done}, {user});
  list.two("unmap, DSB ST behind the TLBI", kRevokes, {gone, st, all, dsb(Option::Ishst), done}, {user});
  list.two("unmap, DSB LD behind the TLBI", kRevokes, {gone, st, all, dsb(Option::Ishld), done}, {user});
  list.two("unmap, DSB NSH behind the TLBI", kRevokes, {gone, st, all, dsb(Option::Nsh), done}, {user});
  list.two("unmap, TLBI without IS", kRevokes, {gone, st, tlbi(Form::Vae1, false), dsb(), done}, {user});
  list.two("unmap, TLBI of another page", kRevokes, {gone, st, tlbi(Form::Vae1, true, 1), dsb(), done}, {user});
  list.two("unmap, TLBI of another ASID", kRevokes, {gone, st, tlbi(Form::Vae1, true, 0, 1), dsb(), done}, {user});
  list.two("unmap, TLBI of every ASID", kNothing, {gone, st, tlbi(Form::Vaae1, true), dsb(), done}, {user});
  list.two("unmap, TLBI of the last level", kNothing, {gone, st, tlbi(Form::Vale1, true), dsb(), done}, {user});
  list.two("unmap, TLBI by ASID", kNothing, {gone, st, tlbi(Form::Aside1, true), dsb(), done}, {user});
  list.two("unmap, TLBI of all", kNothing, {gone, st, tlbi(Form::Vmalle1, true), dsb(), done}, {user});
  const auto apart = [](Kernel& kernel) { kernel.common_root = false; };  // CPU 1 on RB under ASID 1
  const Op theirs = store(kTB, 0), done_there = revoked(kRB);
  list.two("unmap there, TLBI of every ASID", kNothing, {theirs, st, tlbi(Form::Vaae1, true), dsb(), done_there},
           {user}, apart);
  list.two("unmap there, TLBI of another ASID", kRevokes, {theirs, st, all, dsb(), done_there}, {user}, apart);
  // Only the DSB of the CPU that executed the TLBI waits for it, whatever the two CPUs tell each other.
  list.two("unmap, DSB on the other CPU", kRevokes, {gone, st, all, signal(), op(OpKind::Await), done},
           {op(OpKind::Await), dsb(), signal(), user});
}

// One CPU, whose walks and TLBIs may come before its stores all the same.
void alone(Collection& list) {
  const auto waits = [](Kernel& kernel) { kernel.buffers = true; };
  const auto ets2 = [](Kernel& kernel) { kernel.buffers = kernel.ets2 = true; };
  const auto fatal = [](Kernel& kernel) { kernel.buffers = true, kernel.abort_handler = false; };
  const auto fatal_ets2 = [](Kernel& kernel) { kernel.buffers = kernel.ets2 = true, kernel.abort_handler = false; };
  const Op gone = store(kTA, 0), local = tlbi(Form::Vae1, false), st = dsb(Option::Ishst), load = kernel_load();
  list.one("alone, unmap", kNothing, {gone, st, local, dsb(), isb(), revoked(), load}, waits);
  list.one("alone, unmap, DSB NSH", kNothing, {gone, dsb(Option::Nsh), local, dsb(), isb(), revoked(), load}, waits);
  list.one("alone, unmap, no DSB before the TLBI", kRevokes, {gone, local, dsb(), isb(), revoked(), load}, waits);
  list.one("alone, unmap, DMB before the TLBI", kRevokes,
           {gone, dmb(Option::Ish), local, dsb(), isb(), revoked(), load}, waits);
  list.one("alone, unmap, no DSB, stores at once", kNothing, {gone, local, dsb(), isb(), revoked(), load});
  // An invalid entry is made valid, and used: a fault is an error here.
  constexpr unsigned kFatal = 1u << kArchitectural;
  const Op map = store(kTA, 1, kF1, kPlain), next = kernel_load(1);
  const auto mapped = [&](Ops order) {
    Ops ops{store(kTA, 1), st, tlbi(Form::Vmalle1, false), dsb(), isb(), map};
    ops.insert(ops.end(), order.begin(), order.end());
    ops.push_back(next);
    return ops;
  };
  list.one("alone, map", kFatal, mapped({}), fatal);
  list.one("alone, map, DSB", kFatal, mapped({st}), fatal);
  list.one("alone, map, ISB", kFatal, mapped({isb()}), fatal);
  list.one("alone, map, DSB, ISB", kNothing, mapped({st, isb()}), fatal);
  list.one("alone, map, FEAT_ETS2", kNothing, mapped({}), fatal_ets2);
  list.one("alone, unmap, no DSB before the TLBI, FEAT_ETS2", kRevokes, {gone, local, dsb(), isb(), revoked(), load},
           ets2);
}

// Another root is loaded for a moment; the timer's handler makes an access for the user.
void interrupted(Collection& list) {
  const auto timer = [](Kernel& kernel) {
    kernel.timer = kernel.interrupts = true;
    kernel.lists[kTimer] = {access(true, false)};
  };
  const Ops moment{ttbr0(kRB, 1), isb(), ttbr0(kRA, 0), isb()};
  Ops masked{op(OpKind::Mask)};
  masked.insert(masked.end(), moment.begin(), moment.end());
  masked.push_back(op(OpKind::Unmask));
  list.one("another root for a moment, masked", kNothing, masked, timer);
  list.one("another root for a moment", 1u << kWrongPageTable, moment, timer);
}

// A TLBI is complete only when the accesses that used what it removes are, stores on their way included.
void flights(Collection& list) {
  const Op gone = store(kTA, 0), st = dsb(Option::Ishst);
  list.two("page freed while a store is on its way", kNothing, {gone, st, tlbi(Form::Vae1, true), dsb(), freed(kF0)},
           {access(true, true)});
  list.two("page freed, TLBI not waited for", kFrees, {gone, st, tlbi(Form::Vae1, true), freed(kF0)},
           {access(true, true)});
}

// CPU 1 has removed the translation for itself, and an access of its has it in hand still. To CPU 0's TLBI that is an
// access like others: not performed before it is made.
void both(Collection& list) {
  const Op gone = store(kTA, 0), st = dsb(Option::Ishst), local = tlbi(Form::Vae1, false);
  list.two("both CPUs invalidate", kNothing, {gone, st, tlbi(Form::Vae1, true), dsb(), revoked()},
           {local, dsb(), kernel_load()});
  list.two("both CPUs invalidate, each for itself", kRevokes, {gone, st, local, dsb(), signal(true)},
           {op(OpKind::Await), local, dsb(), revoked(), kernel_load()});
}

// The CPU's own accesses: what was looked up early goes with a context synchronization event behind the DSB; an access
// at EL0 comes behind an ERET, which is one; with FEAT_ETS2 the DSB is enough.
void own(Collection& list) {
  const Op gone = store(kTA, 0), local = tlbi(Form::Vae1, false);
  list.one("own access", kNothing, {gone, dsb(), local, dsb(), isb(), revoked(), kernel_load()});
  list.one("own access, no ISB", kRevokes, {gone, dsb(), local, dsb(), revoked(), kernel_load()});
  list.one("own access, ISB before the DSB", kRevokes, {gone, dsb(), local, isb(), dsb(), revoked(), kernel_load()});
  list.one("own access, no DSB", kRevokes, {gone, dsb(), local, isb(), revoked(), kernel_load()});
  list.one("own access at EL0, no ISB", kNothing, {gone, dsb(), local, dsb(), revoked(), access(true, false)});
  list.one("own access, no ISB, ETS2", kNothing, {gone, dsb(), local, dsb(), revoked(), kernel_load()},
           [](Kernel& kernel) { kernel.ets2 = true; });
  // Taking an abort synchronises as well: page 1 is gone for certain, its load comes to the handler, which maps it
  // again.
  list.one("own access, an abort before it", kNothing,
           {store(kTA, 1), dsb(), tlbi(Form::Vmalle1, false), dsb(), isb(), gone, dsb(), local, dsb(), kernel_load(1),
            revoked(), kernel_load()},
           [](Kernel& kernel) { kernel.lists[kAbort] = {store(kTA, 1, kF2, kPlain)}; });
}

// A level-3 table is unhooked and freed. The last-level forms spare what is cached of the tables on the way.
void tables(Collection& list) {
  const Op gone = store(kDA, 0), st = dsb(Option::Ishst);
  list.two("table freed", kNothing, {gone, st, tlbi(Form::Vae1, true), dsb(), freed(kTA)}, {access(true, false)});
  list.two("table freed, TLBI of the last level", kFrees, {gone, st, tlbi(Form::Vale1, true), dsb(), freed(kTA)},
           {access(true, false)});
  list.two("table freed, TLBI of the last level, every ASID", kFrees,
           {gone, st, tlbi(Form::Vaale1, true), dsb(), freed(kTA)}, {access(true, false)});
  list.two("table freed, no DSB behind the TLBI", kFrees, {gone, st, tlbi(Form::Vae1, true), freed(kTA)},
           {access(true, false)});
}

// A TTBR's new value is certain to be used only behind a context synchronization event.
void registers(Collection& list) {
  list.one("tables of a root unloaded are freed", kNothing, {ttbr0(kRB, 1), isb(), freed(kTA)});
  list.one("tables of a root unloaded are freed, no ISB", kFrees, {ttbr0(kRB, 1), freed(kTA)});
  list.one("ASID of another space, not invalidated", kForeigns, {ttbr0(kRB, 0), isb(), kernel_load()});
  const Op invalidate = tlbi(Form::Aside1, false, 0, 0);
  list.one("ASID given away, invalidated", kNothing,
           {ttbr0(kRA, 1), isb(), invalidate, dsb(), isb(), ttbr0(kRB, 0), isb(), kernel_load()});
  list.one("ASID given away, invalidated before the ISB", kForeigns,
           {ttbr0(kRA, 1), invalidate, dsb(), isb(), ttbr0(kRB, 0), isb(), kernel_load()});
  list.one("ASID given away, another one invalidated", kForeigns,
           {ttbr0(kRA, 1), isb(), tlbi(Form::Aside1, false, 0, 1), dsb(), isb(), ttbr0(kRB, 0), isb(), kernel_load()});
  // Root and ASID in two registers pair in every way until the ISB.
  const auto a1 = [](Kernel& kernel) { kernel.a1 = true; };
  list.one("root and ASID written without an ISB between", kForeigns,
           {ttbr0(kRB, 0), ttbr1(kRB, 1), isb(), kernel_load()}, a1);
  list.one("root and ASID written with an ISB between", kNothing,
           {ttbr0(kRB, 0), isb(), ttbr1(kRB, 1), isb(), kernel_load()}, a1);
}

// Global translations are every ASID's: no TLBI by ASID removes them, one by address does, whatever the ASID.
void globals(Collection& list) {
  const std::uint8_t bits = kPlain | kGlobal;
  const Ops make{store(kTA, 0), dsb(), tlbi(Form::Vae1, false), dsb(), isb(), store(kTA, 0, kF0, bits),
                 store(kTA, 0), dsb()};
  const auto with = [&](Op invalidate) {
    Ops ops = make;
    for (const Op& next : {invalidate, dsb(), isb(), revoked(), kernel_load()}) ops.push_back(next);
    return ops;
  };
  list.one("global page unmapped, TLBI by address", kNothing, with(tlbi(Form::Vae1, false, 0, 1)));
  list.one("global page unmapped, TLBI by ASID", kRevokes, with(tlbi(Form::Aside1, false)));
}

// Another output address, memory type or nG needs an invalid descriptor in between, removed; fewer rights do not.
void breaks(Collection& list) {
  const Op local = tlbi(Form::Vae1, false);
  const auto by_way_of_invalid = [&](Op last) { return Ops{store(kTA, 0), dsb(), local, dsb(), last}; };
  const auto make = [](std::uint8_t page, std::uint8_t bits) { return store(kTA, 0, page, bits); };
  list.one("other address", kBreaks, {make(kF2, kPlain)});
  list.one("other address, broken before", kNothing, by_way_of_invalid(make(kF2, kPlain)));
  list.one("other address, TLBI not complete", kBreaks, {store(kTA, 0), dsb(), local, make(kF2, kPlain)});
  list.one("other type", kBreaks, {make(kF0, kPlain | kType)});
  list.one("other nG", kBreaks, {make(kF0, kPlain | kGlobal)});
  list.one("fewer rights", kNothing, {make(kF0, kPlain & ~kWrite)});
  // What would fault is not cached: there is nothing to break.
  list.one("other address after AF = 0", kNothing,
           {store(kTA, 0), dsb(), local, dsb(), make(kF1, kPlain & ~kAccessed), make(kF2, kPlain)});
}

// CPU 1 invalidates for itself what CPU 0 has changed: the store must be in memory before CPU 1 hears of it.
void messages(Collection& list) {
  const Op gone = store(kTA, 0);
  const Ops there{op(OpKind::Await), tlbi(Form::Vae1, false), dsb(), isb(), revoked(), kernel_load()};
  list.two("told by a store-release", kNothing, {gone, signal(true)}, there);
  list.two("told behind a DMB ST", kNothing, {gone, dmb(Option::Ishst), signal()}, there);
  list.two("told behind a DMB", kNothing, {gone, dmb(Option::Ish), signal()}, there);
  list.two("told without a barrier", kRevokes, {gone, signal()}, there);
  list.two("told behind a DMB LD", kRevokes, {gone, dmb(Option::Ishld), signal()}, there);
}

}  // namespace

std::vector<Known<Kernel>> Language::protocols() {
  Collection list;
  unmaps(list);
  alone(list);
  interrupted(list);
  flights(list);
  both(list);
  own(list);
  tables(list);
  registers(list);
  globals(list);
  breaks(list);
  messages(list);
  return list.all;
}

}  // namespace shootdown::naive::arm64
