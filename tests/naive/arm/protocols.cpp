// Protocols whose verdict follows from the architecture, each with what it needs and with parts of it missing.
#include "language.hpp"

namespace shootdown::naive::arm {
namespace {

using Ops = std::vector<Op>;

Op op(OpKind kind, std::uint8_t page = 0, std::uint8_t va = 0) {
  Op result = op_of_kind<Op>(kind);
  result.page = page;
  result.va = va;
  return result;
}
Op store(std::uint8_t table, std::uint8_t slot, std::uint8_t page = 0, std::uint8_t bits = 0) {
  Op result = op(OpKind::Store, table);
  result.slot = slot;
  if (bits != 0) result.pte = {page, bits};
  return result;
}
Op access(bool user, How how, std::uint8_t va = 0) {
  Op result = op(OpKind::Access, 0, va);
  result.user = user;
  result.how = how;
  return result;
}
Op user_load(std::uint8_t va = 0) { return access(true, How::Load, va); }
Op kernel_load(std::uint8_t va = 0) { return access(false, How::Load, va); }
Op all() { return op(OpKind::InvalidateAll); }
Op mva(std::uint8_t va = 0) { return op(OpKind::InvalidateMva, 0, va); }
Op ttbr(std::uint8_t root) { return op(OpKind::Ttbr, root); }
Op mmu(bool on) {
  Op result = op(OpKind::Control);
  result.flag = on;
  return result;
}
Op revoked(std::uint8_t root = kRA, std::uint8_t va = 0) { return op(OpKind::Revoked, root, va); }
Op freed(std::uint8_t page) { return op(OpKind::Freed, page); }
Op never(unsigned status, std::uint8_t va = 0) {
  Op result = op(OpKind::Never, 0, va);
  result.status = static_cast<std::uint8_t>(status);
  return result;
}

void splits(Kernel& kernel) { kernel.split = true; }

class Collection {
 public:
  // Aborts have handlers that do nothing: the access is made again.
  void add(const char* name, unsigned violated, Ops ops, void (*change)(Kernel&) = nullptr) {
    Kernel kernel;
    kernel.prefetch_handler = kernel.data_handler = true;
    kernel.lists[kMain] = std::move(ops);
    if (change != nullptr) change(kernel);
    all.push_back({name, kernel, violated});
  }
  // The handler of the aborts in question asserts something.
  void aborts(const char* name, unsigned violated, Ops ops, List handler, const Op& asserts) {
    add(name, violated, std::move(ops));
    all.back().kernel.lists[handler] = {asserts};
  }
  // The interrupt says that page 0 is revoked: where it may come between a store that takes the page away and an
  // access, that is a violation.
  void interrupts(const char* name, unsigned violated, Ops ops, bool timer) {
    add(name, violated, std::move(ops));
    all.back().kernel.timer = timer;
    all.back().kernel.lists[kInterrupt] = {revoked()};
  }
  std::vector<Known<Kernel>> all;
};

constexpr unsigned kNothing = 0, kRevokes = 1u << kRevoked, kFrees = 1u << kFreed, kForeigns = 1u << kForeign,
                   kAsserts = 1u << kAssertion, kWrong = 1u << kWrongPageTable;

// A page is taken away and accessed. Only what invalidates its own translation helps.
void unmaps(Collection& list) {
  const Op gone = store(kTA, 0);
  list.add("unmap, all", kNothing, {gone, all(), revoked(), user_load()});
  list.add("unmap, MVA", kNothing, {gone, mva(), revoked(), user_load()});
  list.add("unmap, nothing", kRevokes, {gone, revoked(), user_load()});
  list.add("unmap, MVA of the other page", kRevokes, {gone, mva(1), revoked(), user_load()});
  list.add("unmap, invalidated before", kRevokes, {mva(), gone, revoked(), user_load()});
  list.add("unmap, caches", kRevokes, {gone, op(OpKind::Cache), revoked(), user_load()});
  // While RB is loaded translations of its page are made as well.
  list.add("unmap, TTBR written", kRevokes | kForeigns, {gone, ttbr(kRB), ttbr(kRA), revoked(), user_load()});
  list.add("unmap, MMU off and on", kRevokes, {gone, mmu(false), mmu(true), revoked(), user_load()});
  // While the MMU is off nothing is cached anew.
  list.add("unmap, invalidated before with the MMU off", kNothing,
           {mmu(false), mva(), gone, mmu(true), revoked(), user_load()});
}

// Of a walk only the result is cached: the coarse table is not, and a section goes by any address in it.
void levels(Collection& list) {
  list.add("other coarse table, MVA", kNothing, {store(kRA, 0, kTX, kPlain), mva(), revoked(), user_load()});
  list.add("other coarse table, nothing", kRevokes, {store(kRA, 0, kTX, kPlain), revoked(), user_load()});
  list.add("coarse table freed", kNothing, {store(kRA, 0), freed(kTA)});
  list.add("coarse table freed, in the loaded tables", kFrees, {freed(kTA)});
  list.add("coarse table freed, in others", kNothing, {ttbr(kRB), freed(kTA)});
  list.add("coarse table freed, the MMU off", kNothing, {mmu(false), freed(kTA)});
  const Op section = store(kRA, 0, kSF, kPlain), other = store(kRA, 0, kSG, kPlain);
  list.add("section moved, MVA of another page in it", kNothing,
           {section, all(), other, mva(1), revoked(), user_load()});
  list.add("section moved, MVA of another section", kRevokes, {section, all(), other, mva(1), revoked(), user_load()},
           splits);
  list.add("data page freed", kFrees, {store(kTA, 0), freed(kF0), user_load()});
  list.add("data page freed, MVA", kNothing, {store(kTA, 0), mva(), freed(kF0), user_load()});
}

// Fewer rights than before: what is cached still gives them. AP 1: the kernel alone; 2: user mode reads; 0: nobody.
void rights(Collection& list) {
  const auto with = [&](const char* name, unsigned violated, unsigned ap, const Op& last) {
    list.add(name, violated, {store(kTA, 0, kF0, bits_of(ap)), revoked(), last});
  };
  with("AP 2, user load", kNothing, 2, user_load());
  with("AP 2, user store", kRevokes, 2, access(true, How::Store));
  with("AP 2, user fetch", kNothing, 2, access(true, How::Fetch));
  with("AP 2, kernel store", kNothing, 2, access(false, How::Store));
  with("AP 1, user load", kRevokes, 1, user_load());
  with("AP 1, kernel store", kNothing, 1, access(false, How::Store));
  with("AP 0, kernel load", kRevokes, 0, kernel_load());
  with("AP 0, kernel fetch", kRevokes, 0, access(false, How::Fetch));
}

// Without tags translations of the old table are used under the new one. They may be made until TTBR is written.
void roots(Collection& list) {
  list.add("switched", kForeigns, {ttbr(kRB), kernel_load()});
  list.add("switched, invalidated after", kNothing, {ttbr(kRB), all(), kernel_load()});
  list.add("switched, invalidated before", kForeigns, {all(), ttbr(kRB), kernel_load()});
  list.add("switched, MVA", kNothing, {ttbr(kRB), mva(), kernel_load()});
  list.add("switched, MVA of the other page", kForeigns, {ttbr(kRB), mva(1), kernel_load()});
  list.add("switched, invalidated before, the MMU off", kNothing,
           {mmu(false), all(), ttbr(kRB), mmu(true), kernel_load()});
  // Both tables give page 0 the same.
  list.add("switched, the same page", kNothing,
           {store(kTB, 0, kF0, kPlain), ttbr(kRB), all(), ttbr(kRA), kernel_load()});
  list.add("user mode on another table", kWrong, {ttbr(kRB), all(), user_load()});
}

// Which abort, with which status and address. The handler asserts that this one never comes; the access is made again
// until it succeeds, which it never does where nothing is cached.
void aborts(Collection& list) {
  const Op page = store(kTA, 0), table = store(kRA, 0), only_kernel = store(kTA, 0, kF0, bits_of(1));
  const Op section = store(kRA, 0, kSF, bits_of(1)), write = access(true, How::Store), fetch = access(true, How::Fetch);
  const auto data = [&](const char* name, unsigned violated, const Op& change, const Op& last, unsigned status,
                        std::uint8_t va = 0) {
    list.aborts(name, violated, {change, all(), last}, kDataAbort, never(status, va));
  };
  data("no page", kAsserts, page, user_load(), kPageTranslation);
  data("no page, not the status of a section", kNothing, page, user_load(), kSectionTranslation);
  data("no page, not the status of a right", kNothing, page, user_load(), kPagePermission);
  data("no page, not the other address", kNothing, page, user_load(), kPageTranslation, 1);
  data("no page, the second address", kAsserts, store(kTA, 1), user_load(1), kPageTranslation, 1);
  data("no page, store", kAsserts, page, write, kPageTranslation | kWriting);
  data("no table", kAsserts, table, user_load(), kSectionTranslation);
  data("no right", kAsserts, only_kernel, user_load(), kPagePermission);
  const Op readonly = store(kTA, 0, kF0, bits_of(2));
  data("AP 2, a user store aborts", kAsserts, readonly, write, kPagePermission | kWriting);
  data("AP 2, a kernel store does not", kNothing, readonly, access(false, How::Store), kPagePermission | kWriting);
  data("no right to a section", kAsserts, section, user_load(), kSectionPermission);
  data("no right to a section, not the status of a page", kNothing, section, user_load(), kPagePermission);
  data("a fetch is no data abort", kNothing, page, fetch, kPageTranslation);
  list.aborts("a fetch is a prefetch abort", kAsserts, {page, all(), fetch}, kPrefetchAbort, never(kPageTranslation));
  list.aborts("a load is no prefetch abort", kNothing, {page, all(), user_load()}, kPrefetchAbort,
              never(kPageTranslation));
}

// Where the interrupt may come.
void interrupts(Collection& list) {
  const Op mask = op(OpKind::Mask), unmask = op(OpKind::Unmask), save = op(OpKind::Save), restore = op(OpKind::Restore);
  const Op raise = op(OpKind::Raise), wait = op(OpKind::Wait);
  const Op gone = store(kTA, 0), load = kernel_load();
  list.interrupts("timer, masked", kNothing, {gone, load}, true);
  list.interrupts("timer, unmasked", kRevokes, {gone, unmask, load}, true);
  list.interrupts("timer, unmasked and invalidated after", kNothing, {gone, unmask, mask, all(), load}, true);
  list.interrupts("timer, masked again before the store", kNothing, {unmask, mask, gone, load}, true);
  list.interrupts("timer, unmasked for a moment", kRevokes, {gone, unmask, mask, load}, true);
  list.interrupts("timer, masked, restored", kNothing, {gone, save, mask, restore, load}, true);
  list.interrupts("timer, unmasked, restored", kRevokes, {unmask, save, mask, gone, restore, load}, true);
  list.interrupts("raised, masked", kNothing, {gone, raise, load}, false);
  list.interrupts("raised, unmasked", kRevokes, {gone, raise, unmask, load}, false);
  list.interrupts("raised, unmasked before", kRevokes, {gone, unmask, raise, load}, false);
  // What is pending ends waiting also where it is masked; nothing else does.
  list.interrupts("raised, waited for while masked", kRevokes, {gone, raise, wait, revoked(), load}, false);
  list.interrupts("raised, waited for", kRevokes, {gone, unmask, raise, wait, load}, false);
  list.add("waited for nothing", kNothing, {gone, wait, revoked(), load});
}

}  // namespace

std::vector<Known<Kernel>> Language::protocols() {
  Collection list;
  unmaps(list);
  levels(list);
  rights(list);
  roots(list);
  aborts(list);
  interrupts(list);
  return list.all;
}

}  // namespace shootdown::naive::arm
