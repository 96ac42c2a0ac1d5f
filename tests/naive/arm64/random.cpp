// Random kernels. Operations come mostly in the groups in which kernels use them, each part of which may be missing:
// change a descriptor, order, invalidate, wait, say that it is revoked or freed, access.
#include "../common/chance.hpp"
#include "language.hpp"

namespace shootdown::naive::arm64 {
namespace {

class Generator : Chance {
 public:
  explicit Generator(std::uint64_t seed) : Chance(seed * 0x9e3779b97f4a7c15 + 7) {}
  Kernel one_cpu();
  Kernel two_cpus(bool buffers);

 private:
  std::uint8_t page_of_level(unsigned level) { return Chance::page_of_level(kPageList, level); }
  static Op make(OpKind kind) { return op_of_kind<Op>(kind); }
  std::uint8_t address() {
    return static_cast<std::uint8_t>((kernel_.upper && chance(30) ? kUpper : 0) + (chance(75) ? 0 : 1));
  }
  Op access();
  Op store();
  Op barrier(OpKind kind, bool stores);
  void invalidate(std::vector<Op>& list, std::uint8_t va, bool shareable);
  void load_root(std::vector<Op>& list);
  std::uint8_t change(std::vector<Op>& list, Pte& before);
  void promise(std::vector<Op>& list, std::uint8_t va, Pte before, std::uint8_t root);
  void group(std::vector<Op>& list, List which);
  void shootdown();

  Kernel kernel_;
};

Op Generator::access() {
  Op op = make(OpKind::Access);
  op.va = address();
  op.user = chance(55);
  op.flag = chance(40);
  return op;
}

Op Generator::store() {
  Op op = make(OpKind::Store);
  const unsigned level = chance(70) ? 1 : chance(65) ? 2 : 3;
  op.page = page_of_level(level);
  if (level == 1 && chance(60)) op.page = kernel_.upper && chance(40) ? kTB : kTA;
  op.slot = kernel_.distinguishes(level) && chance(25) ? 1 : 0;
  if (chance(45)) return op;  // invalid
  op.pte.page = page_of_level(level - 1);
  op.pte.bits = kPlain;
  if (chance(25)) op.pte.bits &= static_cast<std::uint8_t>(~kWrite);
  if (chance(8)) op.pte.bits &= static_cast<std::uint8_t>(~kUser);
  if (level > 1) return op;
  if (chance(8)) op.pte.bits &= static_cast<std::uint8_t>(~kAccessed);
  if (chance(20)) op.pte.bits |= kGlobal;
  if (chance(5)) op.pte.bits |= kType;
  return op;
}

Op Generator::barrier(OpKind kind, bool stores) {
  Op op = make(kind);
  const unsigned which = below(10);
  op.option = which == 0                   ? Option::Ishld
              : which == 1                 ? Option::Nsh
              : which < (stores ? 6u : 3u) ? Option::Ishst
                                           : Option::Ish;
  return op;
}

void Generator::invalidate(std::vector<Op>& list, std::uint8_t va, bool shareable) {
  Op op = make(OpKind::Tlbi);
  const unsigned which = below(12);
  op.form = which < 4    ? Form::Vae1
            : which < 6  ? Form::Vale1
            : which < 8  ? Form::Vaae1
            : which < 9  ? Form::Vaale1
            : which < 10 ? Form::Aside1
                         : Form::Vmalle1;
  op.flag = chance(shareable ? 75 : 30);
  op.va = chance(85) ? va : address();
  op.asid = chance(80) ? kernel_.own_asid(0) : 1;
  list.push_back(op);
  if (chance(80)) list.push_back(barrier(OpKind::Dsb, false));
  if (chance(55)) list.push_back(make(OpKind::Isb));
}

void Generator::load_root(std::vector<Op>& list) {
  Op op = make(kernel_.upper && chance(40) ? OpKind::Ttbr1 : OpKind::Ttbr0);
  if (kernel_.a1 && chance(50)) op.kind = OpKind::Ttbr1;
  op.page = static_cast<std::uint8_t>(below(2));
  op.asid = chance(50) ? op.page : static_cast<std::uint8_t>(below(2));
  list.push_back(op);
  if (chance(50)) list.push_back(make(OpKind::Isb));
}

// Returns an address that the change is about; `before`: what was taken away.
std::uint8_t Generator::change(std::vector<Op>& list, Pte& before) {
  const Op changed = store();
  const auto va = static_cast<std::uint8_t>((kernel_.distinguishes(kPageList[changed.page].level) ? changed.slot : 0u) +
                                            (kernel_.upper && chance(40) ? kUpper : 0));
  before = kernel_.tables()[changed.page][changed.slot];
  list.push_back(changed);
  if (changed.pte.bits != 0 && chance(30)) {  // what was there for a moment only may be cached too
    before = changed.pte;
    list.push_back(changed);
    list.back().pte = Pte{};
  }
  return va;
}

void Generator::promise(std::vector<Op>& list, std::uint8_t va, Pte before, std::uint8_t root) {
  Op said = make(chance(65) || before.bits == 0 ? OpKind::Revoked : OpKind::Freed);
  said.va = va;
  said.page = said.kind == OpKind::Freed ? before.page : is_upper(va) && chance(80) ? std::uint8_t{kRB} : root;
  list.push_back(said);
}

void Generator::group(std::vector<Op>& list, List which) {
  switch (below(10)) {
    case 0: return list.push_back(access());
    case 1: return list.push_back(make(chance(50) ? OpKind::Isb : chance(50) ? OpKind::Unmask : OpKind::Mask));
    case 2:
    case 3: return load_root(list);
    default: break;
  }
  Pte before;
  const std::uint8_t va = change(list, before);
  if (chance(55)) list.push_back(barrier(OpKind::Dsb, true));
  if (chance(75) && which < kTimer) invalidate(list, va, which == kMain0 && kernel_.two_cpus);
  if (chance(60)) promise(list, va, before, static_cast<std::uint8_t>(chance(70) ? kRA : kRB));
  if (chance(60) && which != kAbort) {
    list.push_back(access());
    if (chance(60)) list.back().va = va;
  }
}

Kernel Generator::one_cpu() {
  kernel_ = Kernel{};
  kernel_.split = chance(15);
  kernel_.upper = chance(25);
  kernel_.a1 = chance(20);
  kernel_.ets2 = chance(25);
  kernel_.buffers = chance(40);
  kernel_.timer = !kernel_.buffers && chance(30);
  kernel_.interrupts = kernel_.timer && chance(70);
  kernel_.abort_handler = chance(60);
  if (chance(30)) kernel_.lists[kMain0].push_back(access());
  for (unsigned i = 1 + below(3); i > 0; --i) group(kernel_.lists[kMain0], kMain0);
  kernel_.lists[kMain0].push_back(access());
  if (kernel_.timer) group(kernel_.lists[kTimer], kTimer);
  if (kernel_.abort_handler && chance(20)) group(kernel_.lists[kAbort], kAbort);
  return kernel_;
}

// CPU 0 changes a descriptor and has it invalidated everywhere; each part of the protocol may be missing.
void Generator::shootdown() {
  auto &here = kernel_.lists[kMain0], &there = kernel_.lists[kMain1];
  if (chance(20)) here.push_back(access());
  Pte before;
  const std::uint8_t va = change(here, before);
  if (chance(70)) here.push_back(barrier(chance(85) ? OpKind::Dsb : OpKind::Dmb, true));
  if (chance(85)) invalidate(here, va, true);
  if (chance(40)) {
    if (chance(40)) here.push_back(barrier(OpKind::Dmb, true));
    here.push_back(make(OpKind::Signal));
    here.back().flag = chance(40);
    if (chance(70)) here.push_back(make(OpKind::Await));
  }
  promise(here, va, before, kernel_.own_root(chance(75) ? 1 : 0));
  if (chance(30)) here.push_back(access());

  if (chance(25)) there.push_back(access());
  if (chance(40)) there.push_back(make(OpKind::Await));
  if (chance(25)) invalidate(there, va, false);
  if (chance(60)) {
    there.push_back(make(OpKind::Signal));
    there.back().flag = chance(40);
  }
  there.push_back(access());
  if (chance(60)) there.back().va = va;
}

Kernel Generator::two_cpus(bool buffers) {
  kernel_ = Kernel{};
  kernel_.two_cpus = true;
  kernel_.buffers = buffers;
  kernel_.common_root = chance(70);
  kernel_.split = chance(10);
  kernel_.upper = chance(10);
  kernel_.ets2 = chance(20);
  kernel_.abort_handler = chance(70);
  if (chance(75)) {
    shootdown();
  } else {
    for (const List list : {kMain0, kMain1}) {
      group(kernel_.lists[list], list);
      if (chance(60)) kernel_.lists[list].push_back(access());
    }
  }
  return kernel_;
}

}  // namespace

Kernel Language::random(std::uint64_t seed, bool two_cpus, bool buffers) {
  Generator generator(seed);
  return two_cpus ? generator.two_cpus(buffers) : generator.one_cpu();
}

const std::vector<std::string>& Language::properties() {
  static const std::vector<std::string> names{"wrong-page-table", "foreign-translation", "revoked-translation",
                                              "freed-page",       "break-before-make",   "architectural-fault"};
  return names;
}

const std::vector<std::function<void(Kernel&)>>& Language::simplifications() {
  static const std::vector<std::function<void(Kernel&)>> all = [] {
    std::vector<std::function<void(Kernel&)>> changes{[](Kernel& k) {
                                                        k.timer = k.interrupts = false;
                                                        k.lists[kTimer].clear();
                                                      },
                                                      [](Kernel& k) {
                                                        k.abort_handler = false;
                                                        k.lists[kAbort].clear();
                                                      },
                                                      [](Kernel& k) { k.split = false; },
                                                      [](Kernel& k) { k.upper = false; },
                                                      [](Kernel& k) { k.a1 = false; },
                                                      [](Kernel& k) { k.ets2 = false; },
                                                      [](Kernel& k) { k.buffers = false; },
                                                      [](Kernel& k) { k.common_root = k.two_cpus; },
                                                      [](Kernel& k) {
                                                        k.two_cpus = k.common_root = false;
                                                        k.lists[kMain1].clear();
                                                      }};
    for (unsigned list = 0; list < kLists; ++list)
      for (std::size_t i = 0; i < 12; ++i) {
        const auto with = [&](void (*change)(Op&)) {
          changes.emplace_back([=](Kernel& k) {
            if (i < k.lists[list].size()) change(k.lists[list][i]);
          });
        };
        with([](Op& op) { op.asid = 0; });
        with([](Op& op) { op.pte.bits = op.pte.bits != 0 ? kPlain : 0; });
        with([](Op& op) { op.flag = op.flag && op.kind != OpKind::Access; });
      }
    return changes;
  }();
  return all;
}

}  // namespace shootdown::naive::arm64
