// A lazy TLB flush against a CPU that attaches meanwhile.
//
// Linux, 2013, s390 ("s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries"). Each address space counts the
// CPUs that have it attached. An entry is invalidated by an ordinary store if no other CPU is counted, and flush_mm notes
// that something may still be cached; else by IPTE, which makes every CPU forget it in the same step. A CPU that attaches
// flushes if flush_mm says so. Between the test and the store another CPU may attach.
//
// The system: CPU 1 runs a task that attaches the address space, loads from a page or stores to it, and detaches, again and
// again. CPU 0 takes pages away, in one of two forms:
//   reclaim    a kernel thread, which is not attached. One page. When the lazy flush has returned the page is promised to
//              be gone: whoever attaches flushes.
//   mprotect   a task of the address space, so CPU 0 is counted itself. Two pages become read-only: invalid first, then
//              with the new entry. Before the promise whatever is pending is flushed by IDTE.
// CPU 1's task ends when it finds the page gone, or protected; while mprotect has it invalid it tries again.
//
// machine: s390x
// cpus: 2
// variant: buggy                  FAIL attach-rule
// variant: buggy                  FAIL revoked-translation  --property revoked-translation
// variant: buggy-mprotect         FAIL attach-rule
// variant: buggy-mprotect         PASS                      --property revoked-translation,wrong-page-table
// variant: buggy-mprotect-clears  FAIL attach-rule
// variant: buggy-mprotect-clears  FAIL revoked-translation  --property revoked-translation
// variant: counts-only            FAIL attach-rule
// variant: counted-late           FAIL attach-rule
// variant: no-flush-on-attach     FAIL revoked-translation
// variant: always-ipte            PASS
// variant: fixed                  PASS
// variant: fixed-mprotect         PASS
//
// What each variant must give, and why (written before the first run):
//
// buggy, buggy-mprotect: CPU 0 finds no other CPU counted; CPU 1 counts itself and loads the ASCE; the store reaches
//   memory. The store itself is the error, whatever is flushed afterwards. FAIL attach-rule. If that is not judged the
//   execution goes on:
//     buggy: CPU 1 has looked at flush_mm before it was set, and has walked the entry before it was invalid. Nothing
//       flushes CPU 1 before the promise. FAIL.
//     buggy-mprotect: the IDTE before the promise comes after both stores, in memory too, for it serializes; and flush_mm
//       is set whenever there was an ordinary store. So it removes whatever CPU 1 has walked. PASS.
//     buggy-mprotect-clears: the attaching CPU takes flush_mm back when it has flushed, as flushes by the updater do. CPU
//       0 has stored the first page's entry, and found nobody counted for the second; CPU 1 attaches, sees flush_mm, and
//       flushes; it walks the second page's entry; CPU 0 stores that, and flush_mm, which is set already; CPU 1 clears
//       it. CPU 0 finds nothing pending and promises. FAIL. (One page is not enough: flush_mm would be seen only when the
//       one entry is invalid in memory.)
// counts-only: the updater counts itself, in the upper half of the word, but the attaching CPU does not look there. FAIL
//   attach-rule as before.
// counted-late: everything as it should be, but the attaching CPU loads the ASCE first and counts then. CPU 0 finds
//   nobody, CPU 1 is attached already. FAIL attach-rule.
// no-flush-on-attach: the attaching CPU waits, but does not flush. CPU 1 has read the page and detached, which removes
//   nothing from its TLB; CPU 0 stores, with nobody attached, and promises; CPU 1 attaches again. No rule is broken by the
//   store. FAIL revoked-translation.
// always-ipte: no lazy flush at all. PASS: it is only slower.
// fixed, fixed-mprotect: tlb/s390/lazy.hpp. Count of CPUs and count of updates are one word: either CPU 0 sees CPU 1, and
//   takes IPTE, or CPU 1 sees the update, and waits, with the kernel's ASCE loaded, until the store and flush_mm are in
//   memory. Then it loads and flushes. PASS in both forms.
#include <tlb/s390/lazy.hpp>

#include <shootdown/s390.h>

#define LIBRARY (VARIANT(fixed) || VARIANT(fixed_mprotect))
#define MPROTECT (VARIANT(buggy_mprotect) || VARIANT(buggy_mprotect_clears) || VARIANT(fixed_mprotect))
// The upper half of the word counts updates.
#define UPDATES_COUNTED (VARIANT(counts_only) || VARIANT(counted_late) || VARIANT(no_flush_on_attach))

#define PAGE_SIZE 4096ul
#define PAGES (MPROTECT ? 2ul : 1ul)
#define CR_PRIMARY 1u

using Entry = unsigned long;
using shootdown::tlb::s390::Attachment;
using shootdown::tlb::s390::CpuAttachment;

// ---- the address space: a segment table, one page table from address 0 on, two pages -----------------------------

alignas(4096) static Entry segment_table[512];
alignas(4096) static Entry page_table[256];
alignas(4096) static unsigned long frames[2][PAGE_SIZE / sizeof(unsigned long)];
// The kernel's, without a page for users.
alignas(4096) static Entry kernel_table[512];

struct Mm {
	Attachment context;
};
static Mm mm;

static Entry asce(void)
{
	return reinterpret_cast<Entry>(segment_table) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static Entry kernel_asce(void)
{
	return reinterpret_cast<Entry>(kernel_table) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static void make_tables(void)
{
	for (unsigned n = 0; n < 512; n++)
		segment_table[n] = kernel_table[n] = _SEGMENT_ENTRY_INVALID;
	for (unsigned n = 0; n < 256; n++)
		page_table[n] = _PAGE_INVALID;
	segment_table[0] = reinterpret_cast<Entry>(page_table);
	for (unsigned n = 0; n < PAGES; n++)
		page_table[n] = reinterpret_cast<Entry>(frames[n]);
}

// ---- the library's hooks: no timer here, so nobody is preempted ---------------------------------------------------

static CpuAttachment<Mm> cpus[2];

struct Hooks {
	using AddressSpace = Mm;
	static void preempt_disable() noexcept
	{
	}
	static void preempt_enable() noexcept
	{
	}
	static CpuAttachment<Mm> &cpu() noexcept
	{
		return cpus[sd_cpu_id()];
	}
	static Attachment &attachment(Mm &of) noexcept
	{
		return of.context;
	}
	static Entry asce(const Mm &) noexcept
	{
		return ::asce();
	}
	static Entry kernel_asce() noexcept
	{
		return ::kernel_asce();
	}
};
using Lazy = shootdown::tlb::s390::Lazy<Hooks>;

// ---- attaching ---------------------------------------------------------------------------------------------------

#define UPDATE 0x10000u

static unsigned attach_count(void)
{
	return __atomic_load_n(&mm.context.count, __ATOMIC_RELAXED);
}

static void set_flush_mm(unsigned value)
{
	__atomic_store_n(&mm.context.flush, value, __ATOMIC_RELAXED);
}

static unsigned flush_mm(void)
{
	return __atomic_load_n(&mm.context.flush, __ATOMIC_RELAXED);
}

static void attach_and_flush(void)
{
	if (LIBRARY) {
		if (!Lazy::attach(mm))
			sd_cover("an attaching CPU waits");
		Lazy::finish();
		return;
	}
	if (VARIANT(counted_late))
		lctlg(CR_PRIMARY, asce());
	__atomic_fetch_add(&mm.context.count, 1u, __ATOMIC_SEQ_CST);
	while (UPDATES_COUNTED && !VARIANT(counts_only) && attach_count() >= UPDATE)
		;
	if (!VARIANT(counted_late))
		lctlg(CR_PRIMARY, asce());
	if (flush_mm() && !VARIANT(no_flush_on_attach)) {
		idte_asce(asce());
		if (VARIANT(buggy_mprotect_clears))
			set_flush_mm(0);
	}
}

static void attach(void)
{
	sd_operation_begin("attach");
	attach_and_flush();
	sd_operation_end("attach");
}

static void detach(void)
{
	if (LIBRARY)
		return Lazy::detach();
	lctlg(CR_PRIMARY, kernel_asce());
	__atomic_fetch_sub(&mm.context.count, 1u, __ATOMIC_SEQ_CST);
}

// ---- taking a page away --------------------------------------------------------------------------------------------

static void set_entry(unsigned long page, Entry value)
{
	*const_cast<volatile Entry *>(&page_table[page]) = value;
}

static void ptep_flush_lazy(unsigned long page)
{
	Entry *entry = &page_table[page];
	unsigned active = MPROTECT, count;

	if (LIBRARY)
		return Lazy::invalidate(mm, entry, page * PAGE_SIZE);
	if (UPDATES_COUNTED)
		count = __atomic_add_fetch(&mm.context.count, UPDATE, __ATOMIC_SEQ_CST);
	else
		count = attach_count();
	if (count % UPDATE <= active && !VARIANT(always_ipte)) {
		set_entry(page, *entry | _PAGE_INVALID);
		set_flush_mm(1);
	} else {
		ipte(page_table, page * PAGE_SIZE);
	}
	if (UPDATES_COUNTED)
		__atomic_fetch_sub(&mm.context.count, UPDATE, __ATOMIC_SEQ_CST);
}

static void flush_mm_lazy(void)
{
	if (LIBRARY)
		return Lazy::flush_pending(mm);
	if (flush_mm()) {
		idte_asce(asce());
		set_flush_mm(0);
	}
}

static void take_away(void)
{
	sd_operation_begin("take away");
	for (unsigned long page = 0; page < PAGES; page++) {
		ptep_flush_lazy(page);
		if (MPROTECT)
			set_entry(page, reinterpret_cast<Entry>(frames[page]) | _PAGE_PROTECT);
	}
	if (MPROTECT)
		flush_mm_lazy();
	sd_operation_end("take away");
	// (A promise about an entry that is as it was would promise nothing.)
	for (unsigned long page = 0; page < PAGES; page++)
		sd_assert(*const_cast<volatile Entry *>(&page_table[page]) & (MPROTECT ? _PAGE_PROTECT : _PAGE_INVALID));
	for (unsigned long page = 0; page < PAGES; page++)
		sd_revoked(reinterpret_cast<Entry>(segment_table), page * PAGE_SIZE);
	sd_cover("promised");
}

// ---- CPU 1's task ---------------------------------------------------------------------------------------------------

static void program_check(unsigned long code, unsigned long)
{
	if (MPROTECT && code == S390_PGM_PAGE_TRANSLATION)
		return;
	sd_assert(code == (MPROTECT ? S390_PGM_PROTECTION : S390_PGM_PAGE_TRANSLATION));
	sd_cover("the task finds the page gone, or protected");
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void task(void *)
{
	const unsigned long va = (PAGES - 1) * PAGE_SIZE;

	lctlg(CR_PRIMARY, kernel_asce());
	for (;;) {
		attach();
		if (sd_choose(2))
			user_store(va, 1);
		else
			user_load(va);
		detach();
	}
}

SCENARIO
{
	make_tables();
	sd_name_root(reinterpret_cast<Entry>(segment_table), "mm");
	sd_name_root(reinterpret_cast<Entry>(kernel_table), "kernel");
	sd_set_vector(S390_VECTOR_PGM, program_check);
	lctlg(CR_PRIMARY, kernel_asce());
	if (MPROTECT)
		attach();
	sd_expect_root(sd_cpu_start(1, task, nullptr, "task"), reinterpret_cast<Entry>(segment_table));
	take_away();
}
