// A dying task's TLB flush reads CR3, is preempted, and later writes the old root back.
//
// Linux, 2016, x86 on one CPU with CONFIG_PREEMPT. Task A is in do_exit(): exit_mm() has set current->mm to NULL, and
// the last mmput() takes the address space apart: entries cleared, TLB flushed, pages freed. On one CPU the flush is
// a read and a write of CR3. A has no mm any more, so at every switch it lets go of the address space it ran on and
// borrows the one of the task before it. Task B runs in an address space of its own and does nothing but touch its
// page.
//
// machine: x86-64
// variant: buggy       FAIL wrong-page-table
// variant: buggy-exit  FAIL freed-page
// variant: fixed       PASS
// variant: irqs-off    PASS
// variant: no-preempt  PASS
//
// What each variant must give, and why (written before the first run):
//
// buggy: FAIL. A is preempted between the read and the write of CR3. B runs (CR3 = B); B is preempted, A borrows B's
//   mm, so nothing is loaded; A writes the root it read before: A's. A is preempted again, and B is resumed without a
//   load, since the scheduler finds prev == next. B's next access walks A's tables. A does nothing more after its
//   flush, so A's page directory is still allocated: the wrong table is the only thing wrong.
// buggy-exit: FAIL, one switch earlier. A is not stopped but goes on from the stale write: it frees its pages and drops
//   its mm. Nobody borrows that one any more, so the page directory is freed, while CR3 holds it.
// fixed: PASS. With preemption off the value written is the one that CR3 holds. While A has not run since its pages
//   were unhooked there is nothing of them in the TLB: the switch away wrote CR3.
// irqs-off: PASS. No interrupt, no preemption: the same argument.
// no-preempt: PASS with the buggy code. A task in the kernel is switched only where it calls schedule(); A does, before
//   and after the flush, but never between the two instructions.
#define CONFIG_PREEMPT (!VARIANT(no_preempt))
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_TLB_FLUSH
#include <kit/kernel.h>
#include <kit/tlb.hpp>

static struct mm_struct *mm_a;

// A PASS has to have seen what the text tells of: A, at its flush, on B's page table.
static inline void cover_borrowing(void)
{
	if (current->active_mm != mm_a)
		sd_cover("A borrows B's mm at its flush");
}

static inline void __flush_tlb(void)
{
	if (VARIANT(fixed)) {
		cover_borrowing();
		LocalTlb::flush();
	} else if (VARIANT(irqs_off)) {
		unsigned long flags;

		cover_borrowing();
		local_irq_save(flags);
		mov_to_cr3(mov_from_cr3());
		local_irq_restore(flags);
	} else {
		mov_to_cr3(mov_from_cr3());
	}
}

// The flush of exit_mmap(): after the entries have been cleared, before the pages are freed.
static inline void tlb_flush(struct mmu_gather *tlb)
{
	if (VARIANT(no_preempt)) {
		cond_resched();
		cover_borrowing();
	}
	flush_tlb_mm(tlb->mm);
	if (VARIANT(no_preempt))
		cond_resched();
	if (VARIANT(buggy)) {
		sd_context_daemon(sd_context_self());
		for (;;)
			hlt();
	}
}

static void task_a(void *)
{
	do_exit();
}

static void task_b(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	// With a page of its own, or with everything unmapped already: then mmdrop() follows the flush at once.
	mm_a = mm_create("A", sd_choose(2));
	spawn("A", mm_a, task_a, NULL);
	spawn("B", mm_create("B", 1), task_b, NULL);
}
