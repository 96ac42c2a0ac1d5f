// Random kernels: change a descriptor, perhaps invalidate, load a root, perhaps say that it is revoked or freed,
// access.
#include "../common/chance.hpp"
#include "language.hpp"

namespace shootdown::naive::arm {
namespace {

class Generator : Chance {
 public:
  explicit Generator(std::uint64_t seed) : Chance(seed * 0x9e3779b97f4a7c15 + 19) {}
  Kernel kernel();

 private:
  std::uint8_t page_of_level(unsigned level) { return Chance::page_of_level(kPageList, level); }
  static Op make(OpKind kind) { return op_of_kind<Op>(kind); }
  Op access();
  Op store();
  Op invalidation(std::uint8_t va);
  Op never();
  void load_root(std::vector<Op>& list);
  void mask(std::vector<Op>& list);
  void group(List which);

  Kernel kernel_;
};

Op Generator::access() {
  Op op = make(OpKind::Access);
  op.va = chance(75) ? 0 : 1;
  op.user = chance(60);
  op.how = chance(45) ? How::Load : chance(70) ? How::Store : How::Fetch;
  return op;
}

Op Generator::store() {
  Op op = make(OpKind::Store);
  const unsigned level = chance(65) ? 1 : kFirstLevel;
  op.page = page_of_level(level);
  if (chance(60)) op.page = level == 1 ? kTA : kRA;
  op.slot = kernel_.distinguishes(level) && chance(25) ? 1 : 0;
  if (chance(40)) return op;  // invalid
  op.pte.bits = bits_of(chance(55) ? 3 : below(4));
  op.pte.page = level == kFirstLevel && chance(60) ? page_of_level(kSection) : page_of_level(level - 1);
  if (kPageList[op.pte.page].level == 1) op.pte.bits = kPlain;
  return op;
}

Op Generator::invalidation(std::uint8_t va) {
  Op op = make(chance(30) ? OpKind::InvalidateAll : OpKind::InvalidateMva);
  if (op.kind == OpKind::InvalidateMva) op.va = chance(80) ? va : va ^ 1;
  return op;
}

Op Generator::never() {
  constexpr std::uint8_t all[] = {kSectionTranslation, kPageTranslation, kSectionPermission, kPagePermission};
  Op op = make(OpKind::Never);
  op.status = static_cast<std::uint8_t>(all[below(4)] | (chance(40) ? kWriting : 0));
  op.va = chance(75) ? 0 : 1;
  return op;
}

void Generator::load_root(std::vector<Op>& list) {
  const bool before = chance(30), after = chance(50);
  if (before) list.push_back(invalidation(0));
  list.push_back(make(OpKind::Ttbr));
  list.back().page = chance(60) ? kRB : kRA;
  if (after) list.push_back(invalidation(0));
}

void Generator::mask(std::vector<Op>& list) {
  switch (below(6)) {
    case 0: return list.push_back(make(OpKind::Mask));
    case 1:
    case 2: return list.push_back(make(OpKind::Unmask));
    case 3:
      list.push_back(make(OpKind::Raise));
      if (chance(60)) list.push_back(make(OpKind::Wait));
      return;
    case 4:
      list.push_back(make(OpKind::Save));
      list.push_back(make(OpKind::Mask));
      if (chance(50)) list.push_back(access());
      return list.push_back(make(OpKind::Restore));
    default: return list.push_back(make(OpKind::Wait));
  }
}

void Generator::group(List which) {
  auto& list = kernel_.lists[which];
  const bool main = which == kMain;
  switch (below(14)) {
    case 0:
    case 1:
    case 2: return load_root(list);
    case 3: return main ? mask(list) : list.push_back(make(OpKind::Cache));
    case 4:
      if (!main) break;
      list.push_back(make(OpKind::Control));
      list.push_back(chance(50) ? store() : invalidation(0));
      list.push_back(make(OpKind::Control));
      list.back().flag = true;
      return;
    case 5:
      if (!handles_aborts(which)) return list.push_back(access());
      break;
    default: break;
  }
  const Op changed = store();
  const std::uint8_t va = changed.slot;
  Pte before = kernel_.tables()[changed.page][changed.slot];
  list.push_back(changed);
  if (changed.pte.bits != 0 && chance(25)) {  // what was there for a moment only may be cached too
    before = changed.pte;
    list.push_back(changed);
    list.back().pte = Pte{};
  }
  if (chance(50)) list.push_back(invalidation(va));
  if (chance(20)) load_root(list);
  if (chance(65)) {
    Op said = make(chance(70) || before.bits == 0 ? OpKind::Revoked : OpKind::Freed);
    said.va = va;
    said.page = said.kind == OpKind::Freed ? before.page : static_cast<std::uint8_t>(chance(75) ? kRA : kRB);
    if (said.kind == OpKind::Freed) said.page = kernel_.reached(said.page, va);
    list.push_back(said);
  }
  if (chance(60) && !handles_aborts(which)) {
    list.push_back(access());
    if (chance(60)) list.back().va = va;
  }
}

Kernel Generator::kernel() {
  kernel_ = Kernel{};
  kernel_.split = chance(20);
  kernel_.timer = chance(15);
  kernel_.prefetch_handler = chance(60);
  kernel_.data_handler = chance(60);
  auto& main = kernel_.lists[kMain];
  if (kernel_.timer && chance(70)) main.push_back(make(OpKind::Unmask));
  if (chance(30)) main.push_back(access());
  for (unsigned i = 1 + below(3); i > 0; --i) group(kMain);
  main.push_back(access());
  if (kernel_.interrupts()) group(kInterrupt);
  for (const List list : {kPrefetchAbort, kDataAbort}) {
    if (list == kPrefetchAbort ? !kernel_.prefetch_handler : !kernel_.data_handler) continue;
    if (chance(35)) kernel_.lists[list].push_back(never());
    if (chance(20)) group(list);
  }
  return kernel_;
}

}  // namespace

Kernel Language::random(std::uint64_t seed, bool, bool) { return Generator(seed).kernel(); }

const std::vector<std::string>& Language::properties() {
  static const std::vector<std::string> names{"wrong-page-table", "foreign-translation", "revoked-translation",
                                              "freed-page",       "assertion",           "architectural-fault"};
  return names;
}

const std::vector<std::function<void(Kernel&)>>& Language::simplifications() {
  static const std::vector<std::function<void(Kernel&)>> all = [] {
    std::vector<std::function<void(Kernel&)>> changes;
    changes.emplace_back([](Kernel& k) {
      k.prefetch_handler = false;
      k.lists[kPrefetchAbort].clear();
    });
    changes.emplace_back([](Kernel& k) {
      k.data_handler = false;
      k.lists[kDataAbort].clear();
    });
    changes.emplace_back([](Kernel& k) { k.timer = false; });
    changes.emplace_back([](Kernel& k) { k.split = false; });
    return changes;
  }();
  return all;
}

}  // namespace shootdown::naive::arm
