// tlb/s390/lazy.hpp where tables are freed: what flush_pending() does not flush, and flush() does.
//
// machine: s390x
// cpus: 2
// variant: table-pending  FAIL freed-page "page-table page"
// variant: table          PASS
// variant: root-pending   FAIL freed-page "page-table page"
// variant: root           PASS
//
// CPU 1 attaches A. CPU 0 takes A's page away: with CPU 1 attached that is an IPTE, so nothing is pending; and IPTE
// removes nothing that CPU 1 has cached of the segment-table entry. CPU 1 detaches, which removes nothing either.
// table, table-pending: CPU 0 makes the segment-table entry invalid by a store, which is allowed, for nobody has A
//   attached or attaches it meanwhile; flushes; and frees the page table. CPU 1 attaches A again. pending:
//   flush_pending() finds nothing to do, and attach() nothing to flush: CPU 1 may walk the freed table. FAIL
//   freed-page. table: flush() is an IDTE by ASCE, on every CPU, behind the store. CPU 1's load finds no segment. PASS.
// root, root-pending: CPU 0 frees the page table and the root as they are, and makes the root's page the root of B,
//   which maps nothing. CPU 1 attaches B, whose ASCE is what A's was. pending: what is cached of A is used: FAIL
//   likewise. root: nothing is, and nobody has A's ASCE loaded between the flush and the end of A: PASS.
#include <tlb/s390/lazy.hpp>

#include <shootdown/s390.h>

using Entry = unsigned long;
using shootdown::tlb::s390::Attachment;
using shootdown::tlb::s390::CpuAttachment;

#define PAGE_SIZE 4096ul
#define CR_PRIMARY 1u

struct Mm {
  Attachment context;
};

alignas(4096) static Entry root[512], kernel_root[512], pages[512];
alignas(4096) static unsigned long frame[PAGE_SIZE / sizeof(unsigned long)];
static Mm a, b;
static unsigned long stage;

static Entry asce_of(const Entry* table) {
  return reinterpret_cast<Entry>(table) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static CpuAttachment<Mm> cpus[2];

struct Hooks {
  using AddressSpace = Mm;
  static void preempt_disable() noexcept {}
  static void preempt_enable() noexcept {}
  static CpuAttachment<Mm>& cpu() noexcept { return cpus[sd_cpu_id()]; }
  static Attachment& attachment(Mm& mm) noexcept { return mm.context; }
  static Entry asce(const Mm&) noexcept { return asce_of(root); }
  static Entry kernel_asce() noexcept { return asce_of(kernel_root); }
};
using Lazy = shootdown::tlb::s390::Lazy<Hooks>;

static void reach(unsigned long next) { __atomic_store_n(&stage, next, __ATOMIC_RELEASE); }

static void wait_for(unsigned long next) { while (__atomic_load_n(&stage, __ATOMIC_ACQUIRE) != next); }

static void program_check(unsigned long code, unsigned long) {
  sd_assert(code == S390_PGM_SEGMENT_TRANSLATION);
  sd_cover("no segment is found");
  sd_context_finish();
  for (;;) s390_wait();
}

static void task(void*) {
  lctlg(CR_PRIMARY, Hooks::kernel_asce());
  Lazy::attach(a);
  Lazy::finish();
  reach(1);
  wait_for(2);
  Lazy::detach();
  reach(3);
  wait_for(4);
  Lazy::attach(VARIANT(root) || VARIANT(root_pending) ? b : a);
  Lazy::finish();
  user_load(0);
  sd_assert(!"nothing is mapped there");
}

static void unmap_segment() { *const_cast<volatile Entry*>(&root[0]) = _SEGMENT_ENTRY_INVALID; }

SCENARIO {
  for (unsigned n = 0; n < 512; n++) root[n] = kernel_root[n] = _SEGMENT_ENTRY_INVALID;
  for (auto& entry : pages) entry = _PAGE_INVALID;
  root[0] = reinterpret_cast<Entry>(pages);
  pages[0] = reinterpret_cast<Entry>(frame);
  sd_set_vector(S390_VECTOR_PGM, program_check);
  lctlg(CR_PRIMARY, Hooks::kernel_asce());
  sd_cpu_start(1, task, nullptr, "task");
  wait_for(1);
  Lazy::invalidate(a, &pages[0], 0);
  sd_assert(a.context.flush == 0);
  reach(2);
  wait_for(3);
  if (VARIANT(table) || VARIANT(table_pending)) unmap_segment();
  if (VARIANT(table_pending) || VARIANT(root_pending))
    Lazy::flush_pending(a);
  else
    Lazy::flush(a);
  sd_page_freed(reinterpret_cast<Entry>(pages));
  if (VARIANT(root) || VARIANT(root_pending)) {
    sd_page_freed(reinterpret_cast<Entry>(root));
    sd_page_is_table(reinterpret_cast<Entry>(root));
    unmap_segment();
  }
  reach(4);
}
