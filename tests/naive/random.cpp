// Random kernels. Single operations at random would rarely do anything of interest, so most come in the groups in which
// kernels use them: change an entry, perhaps invalidate, perhaps say that it is revoked or freed, access.
#include <random>

#include "generate.hpp"

namespace shootdown::naive {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed, bool broadcasts = false)
      : random_(seed * 0x9e3779b97f4a7c15 + 1), broadcasts_(broadcasts) {}
  Kernel kernel();
  Kernel kernel_of_two_cpus();

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>((random_() >> 11) % n); }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::uint8_t byte_below(unsigned n) { return static_cast<std::uint8_t>(below(n)); }
  std::uint8_t page(const char* name) const { return page_named(kernel_.architecture, name); }
  std::uint8_t page_of_level(unsigned level);
  bool deep() const { return kernel_.architecture == Architecture::X86_64; }

  Op make(OpKind kind) {
    Op op;
    op.kind = kind;
    return op;
  }
  Op access();
  Op store(bool upper);
  Op load_root();
  void invalidate(std::vector<Op>& list, std::uint8_t va);
  void broadcast(std::vector<Op>& list, std::uint8_t va);
  void change(std::vector<Op>& list);
  void group(std::vector<Op>& list, List which);
  void shootdown();

  std::mt19937_64 random_;
  bool broadcasts_;  // most invalidations are by INVLPGB
  Kernel kernel_;
};

std::uint8_t Generator::page_of_level(unsigned level) {
  const auto& all = pages(kernel_.architecture);
  for (;;)
    if (const std::uint8_t page = byte_below(static_cast<unsigned>(all.size())); all[page].level == level) return page;
}

Op Generator::access() {
  Op op = make(OpKind::Access);
  op.va = chance(70) ? 0 : 1;
  op.user = chance(80);
  op.flag = chance(45);
  return op;
}

Op Generator::store(bool upper) {
  Op op = make(OpKind::Store);
  const unsigned level = upper ? 2 + below(kernel_.levels() - 1) : 1;
  op.page = page_of_level(level);
  if (level == 1 && chance(60)) op.page = page("TA");
  op.slot = kernel_.distinguishes(level) && chance(30) ? 1 : 0;
  if (chance(35)) return op;  // not present
  op.pte.page = level == 1 && chance(90) ? page_of_level(0) : page_of_level(level - 1);
  if (level == 1 && chance(8)) op.pte.page = page_of_level(1);  // a table as data
  op.pte.bits = kPresent | kUser | kWrite | kDirty;
  if (chance(25)) op.pte.bits &= static_cast<std::uint8_t>(~kWrite);
  if (chance(8)) op.pte.bits &= static_cast<std::uint8_t>(~kUser);
  if (level == 1 && chance(15)) op.pte.bits &= static_cast<std::uint8_t>(~kDirty);
  if (level == 1 && chance(25)) op.pte.bits |= kGlobal;
  return op;
}

Op Generator::load_root() {
  Op op = make(kernel_.contexts() == 2 && chance(40) ? OpKind::LoadOther : OpKind::LoadCr3);
  op.page = byte_below(2);
  if (kernel_.pcide) op.pcid = byte_below(2);
  if (deep()) op.flag = chance(kernel_.pcide ? 50 : 3);
  return op;
}

void Generator::broadcast(std::vector<Op>& list, std::uint8_t va) {
  Op op = make(OpKind::Invlpgb);
  if (chance(70)) op.type |= kByVa;
  if (chance(kernel_.pcide ? 40 : 2)) op.type |= kByPcid;
  if (chance(50)) op.type |= kGlobalToo;
  if (chance(20)) op.type |= kFinalOnly;
  op.va = chance(kernel_.split ? 60 : 85) ? va : va ^ 1;
  if ((op.type & kByPcid) != 0 && chance(30)) op.pcid = 1;
  list.push_back(op);
  if (chance(75)) list.push_back(make(OpKind::Tlbsync));
}

void Generator::invalidate(std::vector<Op>& list, std::uint8_t va) {
  if (broadcasts_ && chance(70)) return broadcast(list, va);
  Op op;
  switch (below(8)) {
    case 0:
    case 1:
    case 2:
      op = make(OpKind::Invlpg);
      op.va = chance(kernel_.split ? 60 : 85) ? va : va ^ 1;
      return list.push_back(op);
    case 3:
    case 4:
      op = make(OpKind::Invpcid);
      op.va = chance(kernel_.split ? 60 : 85) ? va : va ^ 1;
      op.type = byte_below(4);
      if (kernel_.pcide || chance(3)) op.pcid = byte_below(2);
      return list.push_back(op);
    case 5:
      list.push_back(make(OpKind::ReadCr3));
      op = make(OpKind::WriteCr3);
      op.flag = kernel_.pcide && chance(25);
      return list.push_back(op);
    case 6:
      // What happens while PGE is off is what the second write has to flush.
      list.push_back(make(OpKind::ReadCr4));
      list.push_back(make(OpKind::ClearPge));
      if (chance(25)) list.push_back(store(chance(20)));
      if (chance(80)) list.push_back(make(OpKind::RestoreCr4));
      return;
    default: return list.push_back(load_root());
  }
}

void Generator::change(std::vector<Op>& list) {
  const Op changed = store(chance(30));
  list.push_back(changed);
  const std::uint8_t va = kernel_.distinguishes(kernel_.level_of(changed.page)) ? changed.slot : byte_below(2);
  if (chance(65)) invalidate(list, va);
  if (chance(55)) {
    Op op = make(OpKind::Revoked);
    op.page = chance(80) ? 0 : 1;
    op.va = va;
    list.push_back(op);
  }
  if (chance(20)) {
    Op op = make(OpKind::Freed);
    const Pte before = kernel_.tables()[changed.page][changed.slot];  // mostly what the entry led to
    const unsigned others = static_cast<unsigned>(pages(kernel_.architecture).size()) - 2;
    op.page = before.bits != 0 && chance(60) ? before.page
              : chance(50)                   ? page_of_level(0)
                                             : static_cast<std::uint8_t>(2 + below(others));
    list.push_back(op);
    if (chance(30)) {
      if (chance(50)) list.push_back(access());
      op.kind = OpKind::InUse;
      list.push_back(op);
    }
  }
}

void Generator::group(std::vector<Op>& list, List which) {
  const unsigned kind = below(100);
  const bool accesses = which != kFault;
  if (kind < 30) {
    if (accesses) list.push_back(access());
  } else if (kind < 62) {
    change(list);
  } else if (kind < 74) {
    invalidate(list, byte_below(2));
  } else if (kind < 86) {
    list.push_back(load_root());
  } else if (kind < 93) {
    if (kernel_.contexts() == 2) list.push_back(make(OpKind::Switch));
  } else if (which < kTimer) {
    list.push_back(make(chance(50) ? OpKind::Cli : OpKind::Sti));
  }
}

Kernel Generator::kernel() {
  kernel_.architecture = chance(55) ? Architecture::I386 : Architecture::X86_64;
  kernel_.split = chance(30);
  kernel_.pge = chance(75);
  kernel_.pcide = deep() && chance(65);
  kernel_.invpcid = chance(95);
  kernel_.protect = chance(80);
  kernel_.interrupts = chance(80);
  kernel_.timer = chance(45);
  kernel_.fault_handler = chance(35);
  const bool two = chance(45);
  if (two) kernel_.lists[kernel_.timer && chance(60) ? kTimer : kMain0].push_back(make(OpKind::Switch));
  const auto fill = [&](List which, unsigned groups) {
    auto& list = kernel_.lists[which];
    std::vector<Op> more;
    for (unsigned i = 0; i < groups; ++i) group(more, which);
    list.insert(chance(50) ? list.begin() : list.end(), more.begin(), more.end());
  };
  fill(kMain0, 1 + below(3));
  if (chance(70)) kernel_.lists[kMain0].push_back(access());
  if (two) {
    if (chance(50)) kernel_.lists[kMain1].push_back(load_root());
    if (chance(50)) kernel_.lists[kMain1].push_back(make(OpKind::Sti));
    if (chance(80)) kernel_.lists[kMain1].push_back(access());
    fill(kMain1, below(2));
  }
  if (kernel_.timer) fill(kTimer, 1 + below(two ? 1 : 2));
  if (kernel_.fault_handler) fill(kFault, below(2));
  return kernel_;
}

// CPU 0 changes an entry and has CPU 1 invalidate; each part of the protocol may be missing.
void Generator::shootdown() {
  auto &here = kernel_.lists[kMain0], &there = kernel_.lists[kMain1];
  if (chance(25)) here.push_back(access());
  const Op changed = store(chance(30));
  const std::uint8_t va = kernel_.distinguishes(kernel_.level_of(changed.page)) ? changed.slot : 0;
  here.push_back(changed);
  Pte before = kernel_.tables()[changed.page][changed.slot];
  if (changed.pte.bits != 0 && chance(30)) {  // what was there for a moment only may be cached too
    before = changed.pte;
    here.push_back(changed);
    here.back().pte = Pte{};
  }
  if (chance(60)) invalidate(here, va);
  if (chance(85)) {
    here.push_back(make(OpKind::Signal));
    if (chance(85)) here.push_back(make(OpKind::Await));
  }
  Op said = make(chance(65) || before.bits == 0 ? OpKind::Revoked : OpKind::Freed);
  said.va = va;
  said.page = said.kind == OpKind::Freed ? before.page : kernel_.own_root(chance(75) ? 1 : 0);
  here.push_back(said);
  if (chance(25)) here.push_back(access());

  if (chance(50)) there.push_back(access());
  if (chance(85)) there.push_back(make(OpKind::Await));
  if (broadcasts_ && chance(10)) there.push_back(make(OpKind::Tlbsync));
  if (chance(broadcasts_ ? 25 : 75)) invalidate(there, va);
  if (chance(90)) there.push_back(make(OpKind::Signal));
  there.push_back(access());
  if (chance(60)) there.back().va = va;
}

Kernel Generator::kernel_of_two_cpus() {
  kernel_ = Kernel{};
  kernel_.two_cpus = true;
  kernel_.interrupts = false;
  kernel_.common_root = chance(65);
  kernel_.architecture = chance(80) ? Architecture::I386 : Architecture::X86_64;
  kernel_.split = chance(15);
  kernel_.pge = chance(75);
  kernel_.pcide = deep() && chance(65);
  kernel_.invpcid = chance(95);
  kernel_.protect = chance(80);
  kernel_.fault_handler = chance(60);
  if (chance(60)) {
    shootdown();
  } else {
    for (const List list : {kMain0, kMain1}) {
      for (unsigned i = 1 + below(2); i > 0; --i) group(kernel_.lists[list], list);
      if (chance(60)) kernel_.lists[list].push_back(access());
    }
  }
  return kernel_;
}

// Tries numbers until one gives a kernel of the language, with INVLPGB or TLBSYNC if `broadcasts`.
Kernel valid_kernel(std::uint64_t seed, Kernel (Generator::*make)(), bool broadcasts) {
  Generator generator(seed, broadcasts);
  for (;;) {
    Kernel kernel = (generator.*make)();
    if (kernel.valid() && (!broadcasts || kernel.broadcasts())) return kernel;
    generator = Generator(seed += 0x1'0000'0000, broadcasts);
  }
}

}  // namespace

Kernel random_kernel(std::uint64_t seed) { return valid_kernel(seed, &Generator::kernel, false); }

Kernel random_kernel_of_two_cpus(std::uint64_t seed, bool buffers, bool broadcasts) {
  Kernel kernel = valid_kernel(seed, &Generator::kernel_of_two_cpus, broadcasts);
  kernel.buffers = buffers;
  for (auto& list : kernel.lists)
    for (Op& op : list)
      if (buffers && op.kind == OpKind::Store && op.pte.bits != 0) op.pte.bits |= kDirty;
  return kernel;
}

}  // namespace shootdown::naive
