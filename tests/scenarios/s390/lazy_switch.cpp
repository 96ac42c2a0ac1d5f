// tlb/s390/lazy.hpp where a CPU goes from one user address space directly to another, and where what is pending is
// flushed while a CPU attaches. (In corpus/linux-2013-s390-lazy-flush a CPU always comes from the kernel's tables.)
//
// machine: s390x
// cpus: 2
// variant: library      PASS
// variant: leave-first  FAIL attach-rule
// variant: old-asce     FAIL attach-rule
// variant: flush-first  FAIL revoked-translation
//
// CPU 1 attaches A, loads from its page, attaches B, loads, attaches A again, loads, and ends when it finds the page of
// A gone. CPU 0, a kernel thread that has nothing attached, takes away a page of B that nobody uses, then the page of
// A, says so, and flushes what is pending of A. library: tlb/s390/lazy.hpp. CPU 1 is counted in A until another ASCE is
// loaded: B's, or the kernel's while B is being
//   changed. So CPU 0 changes A's entry by a store only when CPU 1 cannot use it; and A's flush is pending until the
//   IDTE is done, so CPU 1 makes one of its own or comes behind it. PASS.
// leave-first: CPU 1 takes itself out of A's count, and then loads B's ASCE. In between CPU 0 finds nobody in A and
// stores,
//   while CPU 1 has A loaded. FAIL attach-rule.
// old-asce: CPU 1 comes to B while CPU 0 changes B's entry, and waits with A's ASCE still loaded, counted in B only.
// CPU 0 is
//   done with B, and stores to A's entry. FAIL attach-rule.
// flush-first: the flush is no longer pending before the IDTE. CPU 1 has loaded from A and gone to B; CPU 0 stores and
//   promises; takes "pending" back; CPU 1 attaches A, finds nothing to flush, and uses what it has cached; then comes
//   the IDTE. FAIL revoked-translation.
#include <tlb/s390/lazy.hpp>

#include <shootdown/s390.h>

using Entry = unsigned long;
using shootdown::tlb::s390::Attachment;
using shootdown::tlb::s390::CpuAttachment;

#define PAGE_SIZE 4096ul
#define CR_PRIMARY 1u

struct Mm {
  Entry *root, *pages;
  Attachment context;
};

alignas(4096) static Entry roots[3][512];
alignas(4096) static Entry page_tables[2][512];
alignas(4096) static unsigned long frames[3][PAGE_SIZE / sizeof(unsigned long)];
static Mm a = {roots[0], page_tables[0], {}}, b = {roots[1], page_tables[1], {}};

static Entry asce_of(const Entry* root) {
  return reinterpret_cast<Entry>(root) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static CpuAttachment<Mm> cpus[2];

struct Hooks {
  using AddressSpace = Mm;
  static void preempt_disable() noexcept {}
  static void preempt_enable() noexcept {}
  static CpuAttachment<Mm>& cpu() noexcept { return cpus[sd_cpu_id()]; }
  static Attachment& attachment(Mm& mm) noexcept { return mm.context; }
  static Entry asce(const Mm& mm) noexcept { return asce_of(mm.root); }
  static Entry kernel_asce() noexcept { return asce_of(roots[2]); }
};
using Lazy = shootdown::tlb::s390::Lazy<Hooks>;

static void go_to(Mm& next) {
  Mm* previous = cpus[1].attached;

  sd_expect_root(sd_context_self(), reinterpret_cast<Entry>(next.root));
  if (!VARIANT(leave_first) && !VARIANT(old_asce)) {
    Lazy::attach(next);
    Lazy::finish();
    return;
  }
  cpus[1].attached = &next;
  if (VARIANT(leave_first) && previous) __atomic_fetch_sub(&previous->context.count, 1u, __ATOMIC_SEQ_CST);
  if (__atomic_fetch_add(&next.context.count, 1u, __ATOMIC_SEQ_CST) >= Lazy::kUpdate) {
    if (VARIANT(leave_first))
      lctlg(CR_PRIMARY, Hooks::kernel_asce());
    else if (previous)
      __atomic_fetch_sub(&previous->context.count, 1u, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&next.context.count, __ATOMIC_ACQUIRE) >= Lazy::kUpdate);
    previous = nullptr;
  }
  lctlg(CR_PRIMARY, asce_of(next.root));
  if (__atomic_load_n(&next.context.flush, __ATOMIC_RELAXED)) idte_asce(asce_of(next.root));
  if (VARIANT(old_asce) && previous) __atomic_fetch_sub(&previous->context.count, 1u, __ATOMIC_SEQ_CST);
}

static void program_check(unsigned long code, unsigned long) {
  sd_assert(code == S390_PGM_PAGE_TRANSLATION);
  sd_cover("the page of A is gone");
  sd_context_finish();
  for (;;) s390_wait();
}

static void task(void*) {
  lctlg(CR_PRIMARY, Hooks::kernel_asce());
  go_to(a);
  user_load(0);
  go_to(b);
  user_load(0);
  go_to(a);
  user_load(0);
  sd_context_finish();
  for (;;) s390_wait();
}

SCENARIO {
  for (auto& root : roots)
    for (auto& entry : root) entry = _SEGMENT_ENTRY_INVALID;
  for (auto& table : page_tables)
    for (auto& entry : table) entry = _PAGE_INVALID;
  a.root[0] = reinterpret_cast<Entry>(a.pages);
  b.root[0] = reinterpret_cast<Entry>(b.pages);
  a.pages[0] = reinterpret_cast<Entry>(frames[0]);
  b.pages[0] = reinterpret_cast<Entry>(frames[1]);
  b.pages[1] = reinterpret_cast<Entry>(frames[2]);
  sd_set_vector(S390_VECTOR_PGM, program_check);
  lctlg(CR_PRIMARY, Hooks::kernel_asce());
  sd_cpu_start(1, task, nullptr, "task");
  Lazy::invalidate(b, &b.pages[1], PAGE_SIZE);
  Lazy::invalidate(a, &a.pages[0], 0);
  sd_assert(*const_cast<volatile Entry*>(&a.pages[0]) & _PAGE_INVALID);
  sd_revoked(reinterpret_cast<Entry>(a.root), 0);
  if (VARIANT(flush_first)) {
    __atomic_store_n(&a.context.flush, 0u, __ATOMIC_SEQ_CST);
    idte_asce(asce_of(a.root));
  } else {
    Lazy::flush_pending(a);
  }
}
