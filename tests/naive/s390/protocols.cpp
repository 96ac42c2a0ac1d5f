// Protocols whose verdict follows from the architecture, each with what it needs and with parts of it missing.
#include "language.hpp"

namespace shootdown::naive::s390 {
namespace {

using Ops = std::vector<Op>;

Op op(OpKind kind, std::uint8_t page = 0, std::uint8_t va = 0, bool flag = false) {
  Op result;
  result.kind = kind;
  result.page = page;
  result.va = va;
  result.flag = flag;
  return result;
}
Op store(std::uint8_t table, std::uint8_t slot, Pte pte = {}) {
  Op result = op(OpKind::Store, table);
  result.slot = slot;
  result.pte = pte;
  return result;
}
Op csp(std::uint8_t table, Pte old, Pte pte) {
  Op result = store(table, 0, pte);
  result.kind = OpKind::Csp;
  result.old = old;
  return result;
}
Op ipte(std::uint8_t table, std::uint8_t va = 0, bool local = false) { return op(OpKind::Ipte, table, va, local); }
Op idte(std::uint8_t table, std::uint8_t va = 0, bool local = false) { return op(OpKind::Idte, table, va, local); }
Op idte_asce(std::uint8_t root, bool local = false) { return op(OpKind::IdteAsce, root, 0, local); }
Op load(RegisterIndex number, std::uint8_t root) {
  Op result = op(OpKind::Load, root);
  result.number = number;
  return result;
}
Op access(bool user, bool is_store) {
  Op result = op(OpKind::Access, 0, 0, is_store);
  result.user = user;
  return result;
}
Op revoked() { return op(OpKind::Revoked, kSA); }
Op freed(std::uint8_t page) { return op(OpKind::Freed, page); }

class Collection {
 public:
  void one(const char* name, unsigned violated, Ops ops, void (*change)(Kernel&) = nullptr) {
    Kernel kernel;
    kernel.handler = true;
    kernel.lists[kMain0] = std::move(ops);
    if (change != nullptr) change(kernel);
    all.push_back({name, kernel, violated});
  }
  // Two CPUs on SA, with store buffers.
  void two(const char* name, unsigned violated, Ops here, Ops there, bool common = true, bool handler = true) {
    Kernel kernel;
    kernel.two_cpus = kernel.buffers = true;
    kernel.handler = handler;
    kernel.common_root = common;
    kernel.lists[kMain0] = std::move(here);
    kernel.lists[kMain1] = std::move(there);
    all.push_back({name, kernel, violated});
  }
  std::vector<Known<Kernel>> all;
};

constexpr unsigned kNothing = 0, kRevokes = 1u << kRevoked, kFrees = 1u << kFreed, kAttaches = 1u << kAttach,
                   kFaults = 1u << kArchitectural;
constexpr Pte kF0Plain{kF0, kPlain}, kTAPlain{kTA, kPlain};

// CPU 0 takes a page away that CPU 1 accesses at any time.
void unmaps(Collection& list) {
  const Op user = access(true, false);
  list.two("IPTE", kNothing, {ipte(kTA), revoked()}, {user});
  list.two("IPTE, local", kRevokes, {ipte(kTA, 0, true), revoked()}, {user});
  list.two("IPTE of the other page", kNothing, {ipte(kTA, 1)}, {user});
  list.two("IDTE", kNothing, {idte(kSA), revoked()}, {user});
  list.two("IDTE, local", kRevokes, {idte(kSA, 0, true), revoked()}, {user});
  list.two("CSP", kNothing, {csp(kTA, kF0Plain, Pte{}), revoked()}, {user});
  // The store breaks the rule, whatever follows; what follows decides whether the page is gone.
  list.two("store, IDTE by ASCE", kAttaches, {store(kTA, 0), idte_asce(kSA), revoked()}, {user});
  list.two("store, IDTE by ASCE, local", kAttaches | kRevokes, {store(kTA, 0), idte_asce(kSA, true), revoked()},
           {user});
  list.two("store, IDTE by another ASCE", kAttaches | kRevokes, {store(kTA, 0), idte_asce(kSB), revoked()}, {user});
  // The frame that IPTE looks for has gone with the store.
  list.two("store, IPTE", kAttaches | kRevokes, {store(kTA, 0), ipte(kTA), revoked()}, {user});
  list.two("store, IPTE of the other page", kAttaches | kRevokes, {store(kTA, 0), ipte(kTA, 1), revoked()}, {user});
  list.two("store, IPTE of another table", kAttaches | kRevokes, {store(kTA, 0), ipte(kTX), revoked()}, {user});
  // The same where the frame is no reason to pass the entry over: it stands in the other place as well.
  list.two("store, IPTE of the other page with the same frame", kAttaches | kRevokes,
           {store(kTA, 1, kF0Plain), store(kTA, 0), ipte(kTA, 1), revoked()}, {user});
  list.two("store, IPTE of another table with the same frame", kAttaches | kRevokes,
           {store(kTX, 0, kF0Plain), store(kTA, 0), ipte(kTX), revoked()}, {user});
  list.two("store, IDTE of another table", kAttaches | kRevokes, {store(kTA, 0), idte(kSB), revoked()}, {user});
  list.two("store, PTLB", kAttaches | kRevokes, {store(kTA, 0), op(OpKind::Ptlb), revoked()}, {user});
  list.two("store, CSP that does not store", kAttaches | kRevokes,
           {store(kTA, 0), csp(kTA, kF0Plain, Pte{}), revoked()}, {user});
  // CSP purges everything, whatever word it changes.
  list.two("store, CSP of another word", kAttaches, {store(kTA, 0), csp(kTX, {kF2, kPlain}, Pte{}), revoked()}, {user});
}

// Whom the rule protects: whoever has the table by an ASCE loaded, with CR7 as well, when the store reaches memory.
void attachments(Collection& list) {
  list.two("store to a table of the other CPU", kAttaches, {store(kTB, 0)}, {}, false);
  list.two("store to an own table", kNothing, {store(kTA, 0)}, {}, false);
  list.two("store to an own table, attached by CR7", kAttaches, {store(kTA, 0)}, {load(kSecondary, kSA)}, false);
  list.two("store to an invalid entry", kNothing, {ipte(kTA), store(kTA, 0, {kF2, kPlain})}, {});
  list.two("store that changes nothing", kNothing, {store(kTA, 0, kF0Plain)}, {});
  list.two("store to a table that was detached", kNothing, {idte(kSA), store(kTA, 0)}, {});
}

// A page, or a page table, is freed.
void frees(Collection& list) {
  list.two("page freed while a store is on its way", kNothing, {ipte(kTA), freed(kF0)}, {access(true, true)});
  list.two("table freed", kNothing, {idte(kSA), freed(kTA)}, {access(true, false)});
  list.two("table freed, its pages invalidated", kFrees | kAttaches,
           {store(kSA, 0), ipte(kTA), ipte(kTA, 1), freed(kTA)}, {access(true, false)});
  list.two("table freed, CSP", kNothing, {csp(kSA, kTAPlain, Pte{}), freed(kTA)}, {access(true, false)});
}

// One CPU: its own stores are allowed, and PTLB is enough. LCTLG removes nothing; what was made with an ASCE is used
// under that one only.
void own(Collection& list) {
  const Op user = access(true, false);
  list.one("own store, PTLB", kNothing, {store(kTA, 0), op(OpKind::Ptlb), revoked(), user});
  list.one("own store, nothing", kRevokes, {store(kTA, 0), revoked(), user});
  list.one("own store, other ASCE and back", kRevokes,
           {store(kTA, 0), load(kPrimary, kSB), load(kPrimary, kSA), revoked(), user});
  list.one("own store, IDTE of the other segment", kRevokes, {store(kTA, 0), idte(kSA, 1), revoked(), user},
           [](Kernel& kernel) { kernel.split = true; });
  list.one("other ASCE", kNothing, {store(kTA, 0), load(kHome, kSB), revoked(), access(false, false)});
  list.one("table freed, ASCE unloaded", kNothing, {load(kPrimary, kSB), load(kHome, kSB), freed(kTA)});
  list.one("table freed, ASCE still in CR13", kFrees, {load(kPrimary, kSB), freed(kTA)});
  list.one("table freed, ASCE in CR7", kFrees,
           {load(kPrimary, kSB), load(kHome, kSB), load(kSecondary, kSA), freed(kTA)});
}

// CPU 0 changes an entry of a table that CPU 1 is not attached to, and tells it; CPU 1, attaching later, needs no
// flush.
void order(Collection& list) {
  const Ops there{op(OpKind::Await), load(kPrimary, kSA), op(OpKind::Ptlb), revoked(), load(kPrimary, kSB)};
  list.two("attached after the store", kNothing, {store(kTA, 0), op(OpKind::Signal)}, there, false);
  list.two("attached while the store is on its way", kAttaches, {store(kTA, 0)}, {load(kPrimary, kSA)}, false);
  // A walk need not find what its own CPU has stored until something serializes: BCR and PTLB do, LCTLG need not.
  const auto maps = [&](const char* name, unsigned violated, const Op& between) {
    list.two(name, violated, {ipte(kTA), store(kTA, 0, {kF2, kPlain}), between, access(true, false)}, {}, false, false);
  };
  maps("mapped, BCR, accessed", kNothing, op(OpKind::Bcr));
  maps("mapped, PTLB, accessed", kNothing, op(OpKind::Ptlb));
  maps("mapped, LCTLG, accessed", kFaults, load(kSecondary, kSA));
  list.two("attached, told after BCR", kNothing, {store(kTA, 0), op(OpKind::Bcr), op(OpKind::Signal)}, there, false);
}

}  // namespace

std::vector<Known<Kernel>> Language::protocols() {
  Collection list;
  unmaps(list);
  attachments(list);
  frees(list);
  own(list);
  order(list);
  return list.all;
}

}  // namespace shootdown::naive::s390
