// Random kernels: change an entry, by a store, IPTE, IDTE or CSP, perhaps invalidate, perhaps say that it is revoked or
// freed, access.
#include "../common/chance.hpp"
#include "language.hpp"

namespace shootdown::naive::s390 {
namespace {

class Generator : Chance {
 public:
  explicit Generator(std::uint64_t seed) : Chance(seed * 0x9e3779b97f4a7c15 + 13) {}
  Kernel kernel(bool two_cpus, bool buffers);

 private:
  std::uint8_t page_of_level(unsigned level) { return Chance::page_of_level(kPageList, level); }
  static Op make(OpKind kind) { return op_of_kind<Op>(kind); }
  Op access();
  Op change(Pte& before, std::uint8_t& va);
  Op invalidation(std::uint8_t va);
  void group(std::vector<Op>& list, bool in_handler);

  Kernel kernel_;
};

Op Generator::access() {
  Op op = make(OpKind::Access);
  op.va = chance(75) ? 0 : 1;
  op.user = chance(65);
  op.flag = chance(45);
  return op;
}

// An entry is taken away, moved, or protected; `before`: what it was at the start.
Op Generator::change(Pte& before, std::uint8_t& va) {
  const unsigned level = chance(70) ? 1 : kSegment;
  Op op = make(OpKind::Store);
  op.page = page_of_level(level);
  if (chance(50)) op.page = level == 1 ? kTA : kSA;
  op.slot = kernel_.distinguishes(level) && chance(25) ? 1 : 0;
  va = op.slot;
  before = op.old = kernel_.tables()[op.page][op.slot];
  if (chance(40)) {
    op.kind = level == 1 ? OpKind::Ipte : OpKind::Idte;
    op.va = va;
    op.flag = chance(20);
    op.old = Pte{};
    return op;
  }
  if (chance(55))
    op.pte = Pte{page_of_level(level - 1), static_cast<std::uint8_t>(chance(70) ? kPlain : std::uint8_t{kValid})};
  if (chance(30)) {
    op.kind = OpKind::Csp;
    if (chance(20)) op.old = Pte{};
  } else {
    op.old = Pte{};
  }
  return op;
}

Op Generator::invalidation(std::uint8_t va) {
  const unsigned which = below(4);
  Op op = make(which == 0 ? OpKind::Ptlb : which == 1 ? OpKind::IdteAsce : which == 2 ? OpKind::Ipte : OpKind::Idte);
  op.page = which == 2 ? page_of_level(1) : which == 0 ? 0 : page_of_level(kSegment);
  op.flag = which != 0 && chance(25);
  op.va = chance(80) ? va : va ^ 1;
  return op;
}

void Generator::group(std::vector<Op>& list, bool in_handler) {
  if (chance(20)) {
    Op op = make(OpKind::Load);
    op.page = page_of_level(kSegment);
    op.number = chance(60) ? kPrimary : chance(50) ? kHome : kSecondary;
    return list.push_back(op);
  }
  if (chance(15) && !in_handler) return list.push_back(access());
  Pte before;
  std::uint8_t va = 0;
  const Op changed = change(before, va);
  list.push_back(changed);
  if (changed.pte.bits != 0 && chance(25)) {  // what was there for a moment only may be cached too
    before = changed.pte;
    Op gone = make(OpKind::Store);
    gone.page = changed.page;
    gone.slot = changed.slot;
    list.push_back(gone);
  }
  if (chance(10)) list.push_back(make(OpKind::Bcr));
  if (chance(45)) list.push_back(invalidation(va));
  if (kernel_.two_cpus && !in_handler && chance(25)) {
    list.push_back(make(OpKind::Signal));
    if (chance(40)) list.push_back(make(OpKind::Await));
  }
  if (chance(70)) {
    Op said = make(chance(65) || before.bits == 0 ? OpKind::Revoked : OpKind::Freed);
    said.va = va;
    said.page = said.kind == OpKind::Freed ? before.page : static_cast<std::uint8_t>(chance(70) ? kSA : kSB);
    list.push_back(said);
  }
  if (chance(60) && !in_handler) {
    list.push_back(access());
    if (chance(60)) list.back().va = va;
  }
}

Kernel Generator::kernel(bool two_cpus, bool buffers) {
  kernel_ = Kernel{};
  kernel_.two_cpus = two_cpus;
  kernel_.buffers = buffers;
  kernel_.common_root = two_cpus && chance(70);
  kernel_.split = chance(15);
  kernel_.other_home = chance(30);
  kernel_.handler = chance(60);
  if (!two_cpus) {
    if (chance(30)) kernel_.lists[kMain0].push_back(access());
    for (unsigned i = 1 + below(3); i > 0; --i) group(kernel_.lists[kMain0], false);
    kernel_.lists[kMain0].push_back(access());
  } else {
    group(kernel_.lists[kMain0], false);
    if (chance(40)) kernel_.lists[kMain0].push_back(access());
    auto& there = kernel_.lists[kMain1];
    if (chance(35)) there.push_back(make(OpKind::Await));
    if (chance(35)) group(there, false);
    if (chance(35)) there.push_back(invalidation(0));
    if (chance(40)) there.push_back(make(OpKind::Signal));
    there.push_back(access());
  }
  if (kernel_.handler && chance(20)) group(kernel_.lists[kProgram], true);
  return kernel_;
}

}  // namespace

Kernel Language::random(std::uint64_t seed, bool two_cpus, bool buffers) {
  Generator generator(seed);
  return generator.kernel(two_cpus, buffers);
}

const std::vector<std::string>& Language::properties() {
  static const std::vector<std::string> names{"wrong-page-table", "revoked-translation", "freed-page", "attach-rule",
                                              "architectural-fault"};
  return names;
}

const std::vector<std::function<void(Kernel&)>>& Language::simplifications() {
  static const std::vector<std::function<void(Kernel&)>> all{[](Kernel& k) {
                                                               k.handler = false;
                                                               k.lists[kProgram].clear();
                                                             },
                                                             [](Kernel& k) { k.split = false; },
                                                             [](Kernel& k) { k.other_home = false; },
                                                             [](Kernel& k) { k.buffers = false; },
                                                             [](Kernel& k) { k.common_root = k.two_cpus; },
                                                             [](Kernel& k) {
                                                               k.two_cpus = k.common_root = k.buffers = false;
                                                               k.lists[kMain1].clear();
                                                             }};
  return all;
}

}  // namespace shootdown::naive::s390
