/* The race of 2017 where batched flushes are IPIs: reclaim on one CPU against mprotect and munmap on another, on x86.
 *
 * Linux, 2017 ("mm, mprotect: flush TLB if potentially racing with a parallel reclaim leaving stale TLB entries").
 * try_to_unmap_one() clears the entry and notes which CPUs may have the translation (set_tlb_ubc_flush_pending); they
 * are interrupted later, once for many pages and without the page-table lock (try_to_unmap_flush). mprotect or munmap in
 * between find no entry, so they have nothing to flush. tlbbatch.cpp is the same on arm64.
 *
 * cpus: 2
 * variant: x86-buggy         FAIL revoked-translation
 * variant: x86-fixed         PASS
 * variant: x86-munmap-buggy  FAIL revoked-translation
 * variant: x86-munmap-fixed  PASS
 *
 * Two CPUs. On CPU 1 the user, who stores to its page, and at some time calls mprotect(PROT_READ) or munmap() for it. On CPU
 * 0 a kernel thread that reclaims the page, once; it has never run on the mm. A store that faults puts the user to sleep.
 * No timer: tasks stay where they are.
 *
 * What each variant must give, and why (written before the first run):
 *
 * x86-buggy, x86-munmap-buggy: the user's CPU has the translation, the interrupt is still to come, and the user stores
 *   through it after its own system call has returned: FAIL.
 * x86-fixed, x86-munmap-fixed: flush_tlb_batched_pending() of the core code (batched.h), under the page-table lock: the
 *   count was raised under the same lock when the entry was cleared, so whoever finds the entry cleared finds the count,
 *   and flushes the whole mm before it promises. PASS.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_PAGES 16
#define KIT_HAVE_DO_PAGE_FAULT
#include <kit/kernel.h>
#define GENERIC_FLUSH_TLB_BATCHED_PENDING 1
#include "batched.h"

#define FIXED (VARIANT(x86_fixed) || VARIANT(x86_munmap_fixed))
#define MUNMAP (VARIANT(x86_munmap_buggy) || VARIANT(x86_munmap_fixed))

static struct mm_struct *mm;
static unsigned tlb_flush_batched; /* mm's */
static unsigned long tlb_ubc_cpumask; /* the reclaimer's: whom to interrupt */

static inline void arch_flush_tlb_batched_pending(struct mm_struct *of)
{
	flush_tlb_mm(of);
}

static inline void set_tlb_ubc_flush_pending(struct mm_struct *of)
{
	tlb_ubc_cpumask |= cpumask_others(mm_cpumask(of), smp_processor_id());
	inc_tlb_flush_batched(&tlb_flush_batched);
}

static inline void flush_tlb_batched_pending(struct mm_struct *of)
{
	if (FIXED)
		drain_tlb_flush_batched(of, &tlb_flush_batched);
}

static void flush_local(void *unused)
{
	(void)unused;
	__flush_tlb();
}

static void try_to_unmap_flush(void)
{
	preempt_disable();
	if (tlb_ubc_cpumask)
		smp_call_function_many(tlb_ubc_cpumask, flush_local, NULL);
	tlb_ubc_cpumask = 0;
	preempt_enable();
}

static void reclaim(void *unused)
{
	unsigned long flags, va = USER_PAGE(0);
	pte_t *ptep = pte_offset(mm, va), pte;

	(void)unused;
	pte_lock(mm, flags);
	pte = ptep_get_and_clear(mm, va, ptep);
	if (pte)
		set_tlb_ubc_flush_pending(mm);
	pte_unlock(mm, flags);
	try_to_unmap_flush();
	if (pte)
		free_page(pte_page(pte));
	sd_cover("the page is reclaimed");
}

/* mprotect(PROT_READ) or munmap(), of the user itself. */
static void take_rights_away(unsigned long va)
{
	pte_t *ptep = pte_offset(mm, va), pte;
	unsigned long flags;

	pte_lock(mm, flags);
	flush_tlb_batched_pending(mm);
	pte = MUNMAP ? ptep_get_and_clear(mm, va, ptep) : ptep_get(ptep);
	if (pte && !MUNMAP)
		set_pte(ptep, pte & ~(pte_t)(_PAGE_RW | _PAGE_DIRTY));
	pte_unlock(mm, flags);
	if (pte)
		flush_tlb_page(mm, va);
	else
		sd_cover("the entry is not present");
	sd_revoked(__pa(mm->pgd), va);
}

static inline void do_page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_cover("the user's store faults");
	sleep_for_ever();
}

static void user(void *unused)
{
	static unsigned own;
	int taken_away = 0, stores = 0;

	(void)unused;
	for (;;) {
		if (sd_choose(2)) {
			if (!taken_away)
				take_rights_away(USER_PAGE(0));
			taken_away = 1;
			continue;
		}
		user_store(USER_PAGE(0), 1);
		/* Two may wait in the store buffer at a time. */
		if (++stores == 2) {
			__atomic_fetch_add(&own, 0u, __ATOMIC_SEQ_CST);
			stores = 0;
		}
	}
}

SCENARIO
{
	mm = mm_create("M", 1);
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(kthread_run(reclaim, NULL, "reclaim"), 1);
}
