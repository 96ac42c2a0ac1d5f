/* What taking one page away costs, by page and by address space, with IPIs and with INVLPGB: the scenario of
 * docs/cost.md, whose counts are argued here and tested in tests/cli/test_cost.sh.
 *
 * CPU 1 runs a task of mm, which has three pages and reads the second one for ever, as soon as the scheduler gets there.
 * CPU 0 takes the first page away, once, in a kernel thread: it has never run on mm.
 *
 * cpus: 2
 * variant: page          PASS
 * variant: all           PASS
 * variant: broadcast     PASS --cpu-features pge,pse,nx,invlpgb
 * variant: broadcast-all PASS --cpu-features pge,pse,nx,invlpgb
 *
 * PASS: each flush reaches every CPU that may have the page, before the page counts as taken away.
 *
 * What the operation "reclaim" costs, over all schedules:
 * page, all: CPU 1 may not have switched to mm yet when its bit is looked for; then there is no IPI, else there is one,
 *   for which it executes INVLPG or writes CR3 back, once. INVLPG removes the page that is gone, which is no live
 *   translation any more; the write of CR3 removes the other two as well, which are.
 * broadcast, broadcast-all: one INVLPGB, one TLBSYNC, no IPI. What CPU 1 may forget by it is the same.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_PAGES 16
#include <kit/kernel.h>

static struct mm_struct *mm;

static void reclaim(void *unused)
{
	(void)unused;
	sd_operation_begin("reclaim");
	set_pte(pte_offset(mm, USER_PAGE(0)), 0);
	if (VARIANT(page)) {
		flush_tlb_page(mm, USER_PAGE(0));
	} else if (VARIANT(all)) {
		flush_tlb_mm(mm);
	} else {
		mfence(); /* INVLPGB waits for no store */
		invlpgb(VARIANT(broadcast) ? USER_PAGE(0) | X86_INVLPGB_VA : 0, 0, 0);
		tlbsync();
	}
	sd_revoked(__pa(mm->pgd), USER_PAGE(0));
	sd_operation_end("reclaim");
	sd_cover("the page is gone");
}

static void user(void *unused)
{
	(void)unused;
	for (;;)
		user_load(USER_PAGE(1));
}

SCENARIO
{
	mm = mm_create("M", 3);
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(kthread_run(reclaim, NULL, "reclaim"), 1);
}
