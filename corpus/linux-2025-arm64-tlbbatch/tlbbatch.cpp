// Reclaim on arm64 leaves the wait for its TLBIs to later; mprotect and munmap on another CPU find the entry cleared
// already. Whose DSB counts?
//
// Linux, 2025 ("arm64/mm: Close theoretical race where stale TLB entry remains valid"). try_to_unmap_one() clears the
// entry and executes the page's TLBI (arch_tlbbatch_add_pending); the DSB that waits for it comes at the end of the batch,
// without the page-table lock (arch_tlbbatch_flush). An operation that takes rights away in between has nothing to flush
// for an entry that is not there, and yet must not return while the old translation is in use (2017, "mm, mprotect:
// flush TLB if potentially racing with a parallel reclaim leaving stale TLB entries"): so it calls
// flush_tlb_batched_pending(), whose arm64 part was a DSB.
//
//      CPU 0: reclaim                        CPU 1: the user
//      entry := 0; TLBI; pending += 1
//                                            mprotect: entry is 0, no flush
//                                                      pending: DSB
//                                            a store through the old translation
//      DSB; the page is freed
//
// machine: arm64
// cpus: 2
// variant: no-pending-flush         FAIL revoked-translation
// variant: dsb-only                 FAIL revoked-translation
// variant: flush-mm                 PASS
// variant: generic                  PASS
// variant: munmap-no-pending-flush  FAIL revoked-translation
// variant: munmap-dsb-only          FAIL revoked-translation
// variant: munmap-flush-mm          PASS
// variant: munmap-generic           PASS
// variant: munmap-dsb-only-table    PASS
// variant: migrate                  PASS
// variant: migrate-no-dsb           FAIL freed-page "data page"
//
// Two CPUs, one mm with two pages in one table. CPU 1 runs the user, who stores to the first page, and at some time calls
// mprotect(PROT_READ) or munmap() for it, then stores again. CPU 0 runs reclaim of that page, once; it frees the page when
// arch_tlbbatch_flush() has returned. A store that faults ends the user: nothing brings the page back. So that the table
// stays, munmap is of one of the two pages, but in munmap-dsb-only-table.
//
// What each variant must give, and why (written before the first run):
//
// no-pending-flush: Linux before 2017. mprotect finds the entry not present and returns; CPU 1 has not performed the TLBI
//   yet, and stores through what it has. FAIL.
// dsb-only: Linux on arm64 from 2023 to 2025. The DSB is executed by CPU 1, the TLBI was by CPU 0: a DSB waits for the
//   TLBIs of its own CPU only. FAIL as before, and the report says so.
// flush-mm: the fix, by the library's batch.hpp. CPU 1 executes a TLBI of its own, for the whole ASID, and a DSB that
//   waits for it: after that neither CPU has anything from before, and the entry it could walk is cleared. PASS.
// generic: the tidy-up that the thread proposes: the core flushes the mm itself, for every architecture (batched.h, which
//   x86-ubc.c includes as well). The same instructions as flush-mm: PASS.
// munmap-*: the same for munmap. Entry not present, so nothing is gathered to be flushed, the same two FAIL and PASS.
// munmap-dsb-only-table: both pages are unmapped, and the table goes too. It is unhooked, and for this a TLBI of the
//   addresses it covers follows, not of the last level only, by CPU 1, with its DSB: that removes the page's own
//   translation as well. PASS: what is broken in dsb-only needs a table that stays.
// migrate: the reclaimer is preempted between arch_tlbbatch_add_pending() and arch_tlbbatch_flush(), and goes on on CPU 1,
//   where the user ran. Its DSB there waits for nothing. But __switch_to() has a DSB of its own, which CPU 0 executed
//   when the reclaimer left: PASS. mprotect is as in flush-mm.
// migrate-no-dsb: without that DSB. FAIL: the page is freed, the user is switched to again, and CPU 1, which has not
//   performed the TLBI, lets it store to the freed page.
#include <shootdown/arm64.h>
#define GENERIC_FLUSH_TLB_BATCHED_PENDING (VARIANT(generic) || VARIANT(munmap_generic))
#include "batched.h"
#include <tlb/arm64/batch.hpp>

#define MUNMAP                                                                                              \
	(VARIANT(munmap_no_pending_flush) || VARIANT(munmap_dsb_only) || VARIANT(munmap_flush_mm) ||        \
	 VARIANT(munmap_generic) || VARIANT(munmap_dsb_only_table))
#define MIGRATE (VARIANT(migrate) || VARIANT(migrate_no_dsb))
#define LIBRARY (VARIANT(flush_mm) || VARIANT(munmap_flush_mm) || MIGRATE)
#define NO_PENDING_FLUSH (VARIANT(no_pending_flush) || VARIANT(munmap_no_pending_flush))

#define PAGE_SIZE 4096ul
#define VA 0x400000ul
#define PAGE_SHARED (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_AF | PTE_NG)
#define TABLE_DESC (PTE_VALID | PTE_TYPE_TABLE)

typedef unsigned long pte_t;

struct mm_struct {
	pte_t *pgd;
	unsigned asid;
	unsigned page_table_lock;
	unsigned tlb_flush_batched;
	shootdown::tlb::arm64::BatchCount batched;
};

static pte_t pgd[512] __attribute__((aligned(4096))), pmd[512] __attribute__((aligned(4096))),
	table[512] __attribute__((aligned(4096)));
static unsigned long page[2][512] __attribute__((aligned(4096)));
static struct mm_struct mm;

// ---- the library

struct Kernel {
	using AddressSpace = mm_struct;

	static inline unsigned asid(const mm_struct &of) noexcept
	{
		return of.asid;
	}
	static inline bool has_range() noexcept
	{
		return cpu_has(ARM64_HAS_TLBIRANGE);
	}
	static inline shootdown::tlb::arm64::BatchCount &batched(mm_struct &of) noexcept
	{
		return of.batched;
	}
};

using Tlb = shootdown::tlb::arm64::Tlb<Kernel>;
using Batch = shootdown::tlb::arm64::Batch<Kernel>;

// ---- locks, entries

static void spin_lock(unsigned *lock)
{
	while (__atomic_exchange_n(lock, 1u, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void spin_unlock(unsigned *lock)
{
	__atomic_store_n(lock, 0u, __ATOMIC_RELEASE);
}

static pte_t *pte_offset(unsigned long va)
{
	return &table[va >> 12 & 511];
}

static void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
}

static pte_t ptep_get(pte_t *ptep)
{
	return *(volatile pte_t *)ptep;
}

static pte_t ptep_get_and_clear(pte_t *ptep)
{
	return __atomic_exchange_n(ptep, 0ul, __ATOMIC_RELAXED);
}

// ---- flushes, as in arm64's tlbflush.h

static unsigned long tlbi_vaddr(unsigned long va, unsigned asid)
{
	return TTBR_ASID(asid) | (va >> 12 & 0xffffffffffful);
}

static inline void flush_tlb_mm(struct mm_struct *of)
{
	dsb(ishst);
	tlbi(ASIDE1IS, TTBR_ASID(of->asid));
	dsb(ish);
}

static void flush_tlb_page(struct mm_struct *of, unsigned long va)
{
	dsb(ishst);
	tlbi(VALE1IS, tlbi_vaddr(va, of->asid));
	dsb(ish);
}

// Pages and the tables on the way.
static void flush_tlb_tables(struct mm_struct *of, unsigned long va, unsigned pages)
{
	dsb(ishst);
	for (unsigned n = 0; n < pages; n++)
		tlbi(VAE1IS, tlbi_vaddr(va + n * PAGE_SIZE, of->asid));
	dsb(ish);
}

// ---- batches

static inline void arch_flush_tlb_batched_pending(struct mm_struct *)
{
	dsb(ish);
}

static void arch_tlbbatch_add_pending(struct mm_struct *of, unsigned long va)
{
	dsb(ishst);
	tlbi(VALE1IS, tlbi_vaddr(va, of->asid));
}

static void arch_tlbbatch_flush(void)
{
	if (LIBRARY)
		Batch::flush();
	else
		dsb(ish);
}

static void set_tlb_ubc_flush_pending(struct mm_struct *of, unsigned long va)
{
	if (LIBRARY) {
		Batch::add(*of, va);
		return;
	}
	arch_tlbbatch_add_pending(of, va);
	inc_tlb_flush_batched(&of->tlb_flush_batched);
}

static void flush_tlb_batched_pending(struct mm_struct *of)
{
	if (NO_PENDING_FLUSH)
		return;
	if (LIBRARY) {
		if (of->batched.value)
			sd_cover("reclaim has a flush pending");
		Batch::drain(*of);
		return;
	}
	drain_tlb_flush_batched(of, &of->tlb_flush_batched);
}

// ---- the scheduler: one move, of the reclaimer from CPU 0 to CPU 1

static unsigned reclaimer, idle, user_context;
static unsigned left; // the reclaimer runs on no CPU

static void __switch_to(unsigned next)
{
	if (VARIANT(migrate))
		Tlb::leave_cpu();
	sd_context_switch(next);
}

static void wait_for_ever(void)
{
	sd_context_finish();
	for (;;)
		wfi();
}

// CPU 0 when the reclaimer has left.
static void cpu_idle(void *)
{
	__atomic_store_n(&left, 1u, __ATOMIC_RELEASE);
	wait_for_ever();
}

// The user's CPU runs the reclaimer; it comes back when that has done its work.
static int preempted;

static void preempt_user(void)
{
	preempted = 1;
	sd_cover("the reclaimer has moved");
	__switch_to(reclaimer);
}

// ---- reclaim

// Reclaim finds the entry by way of the anon_vma; munmap takes the area out of it before it frees tables.
static unsigned anon_vma_lock, unlinked;

static void try_to_unmap_one(unsigned long va)
{
	pte_t *ptep = pte_offset(va);

	spin_lock(&anon_vma_lock);
	if (!unlinked) {
		spin_lock(&mm.page_table_lock);
		if (ptep_get_and_clear(ptep))
			set_tlb_ubc_flush_pending(&mm, va);
		spin_unlock(&mm.page_table_lock);
	}
	spin_unlock(&anon_vma_lock);
}

static void reclaim(void *)
{
	sd_operation_begin("reclaim");
	try_to_unmap_one(VA);
	if (MIGRATE)
		__switch_to(idle);
	arch_tlbbatch_flush();
	sd_operation_end("reclaim");
	sd_page_freed((unsigned long)page[0]);
	sd_cover("the page is reclaimed");
	sd_context_finish();
	if (MIGRATE)
		__switch_to(user_context);
	wait_for_ever();
}

// ---- the user, and what it calls

static void mprotect(unsigned long va)
{
	pte_t *ptep = pte_offset(va);
	int present;

	spin_lock(&mm.page_table_lock);
	flush_tlb_batched_pending(&mm);
	present = ptep_get(ptep) != 0;
	if (present) // the accessed and dirty bits are not the hardware's here
		set_pte(ptep, ptep_get(ptep) | PTE_RDONLY);
	else
		sd_cover("change_pte_range finds the entry not present");
	spin_unlock(&mm.page_table_lock);
	if (present)
		flush_tlb_page(&mm, va);
	sd_revoked((unsigned long)pgd, va);
}

static void munmap(unsigned long va, unsigned pages)
{
	int present = 0;

	spin_lock(&mm.page_table_lock);
	flush_tlb_batched_pending(&mm);
	for (unsigned n = 0; n < pages; n++)
		present |= ptep_get_and_clear(pte_offset(va + n * PAGE_SIZE)) != 0;
	spin_unlock(&mm.page_table_lock);
	if (VARIANT(munmap_dsb_only_table)) {
		spin_lock(&anon_vma_lock);
		unlinked = 1;
		spin_unlock(&anon_vma_lock);
		set_pte(&pmd[va >> 21 & 511], 0);
		flush_tlb_tables(&mm, va, pages);
		sd_page_freed((unsigned long)table);
	} else if (present) {
		flush_tlb_page(&mm, va);
	}
	sd_revoked((unsigned long)pgd, va);
}

static void take_rights_away(void)
{
	if (MUNMAP) {
		sd_operation_begin("munmap");
		munmap(VA, VARIANT(munmap_dsb_only_table) ? 2 : 1);
		sd_operation_end("munmap");
	} else {
		sd_operation_begin("mprotect");
		mprotect(VA);
		sd_operation_end("mprotect");
	}
}

static void do_page_fault(unsigned long, unsigned long)
{
	sd_cover("the user's store faults");
	if (MIGRATE && !preempted) {
		while (!__atomic_load_n(&left, __ATOMIC_ACQUIRE))
			cpu_relax();
		preempt_user();
	}
	wait_for_ever();
}

static void user(void *)
{
	user_context = sd_context_self();
	write_sysreg((unsigned long)pgd | TTBR_ASID(mm.asid), ttbr0_el1);
	write_sysreg(1ul << 23, tcr_el1); // no walks by TTBR1_EL1
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	int taken_away = 0, stores = 0;
	for (;;) {
		switch (sd_choose(3)) {
		case 0:
			user_store(VA, 1);
			// Two may be on their way at a time.
			if (++stores == 2) {
				static unsigned own;
				__atomic_fetch_add(&own, 0u, __ATOMIC_SEQ_CST);
				stores = 0;
			}
			break;
		case 1:
			if (!taken_away)
				take_rights_away();
			taken_away = 1;
			break;
		default:
			if (MIGRATE && !preempted && __atomic_load_n(&left, __ATOMIC_ACQUIRE))
				preempt_user();
			break;
		}
	}
}

SCENARIO
{
	mm.pgd = pgd;
	mm.asid = 1;
	pgd[VA >> 30 & 511] = (unsigned long)pmd | TABLE_DESC;
	pmd[VA >> 21 & 511] = (unsigned long)table | TABLE_DESC;
	for (unsigned n = 0; n < 2; n++) {
		*pte_offset(VA + n * PAGE_SIZE) = (unsigned long)page[n] | PAGE_SHARED;
		sd_page_in_use((unsigned long)page[n]);
	}
	sd_page_is_table((unsigned long)table);
	sd_set_vector(ARM64_VECTOR_ABORT, do_page_fault);
	sd_cpu_start(1, user, 0, "user");
	if (MIGRATE) {
		reclaimer = sd_context_create(reclaim, 0, "reclaim");
		idle = sd_context_create(cpu_idle, 0, "idle");
		sd_context_finish();
		sd_context_switch(reclaimer);
	}
	reclaim(0);
}
