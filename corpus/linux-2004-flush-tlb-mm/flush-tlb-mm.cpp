// flush_tlb_mm() asks whether the task runs on the address space, and is preempted before it flushes.
//
// Linux 2.6.10 on one CPU with CONFIG_PREEMPT: `if (mm == current->active_mm) __flush_tlb()`. Task A unmaps its own
// page and touches it again; a kernel thread unmaps the same page (as reclaim does), on whatever address space it
// happens to borrow: A's, B's or the kernel's. Each time the flush has returned, the old translation may not be used
// any more. The page itself stays allocated, as in the swap cache, so that nothing but the translation is in
// question.
//
// machine: x86-64
// variant: fixed         PASS
// variant: buggy-inside  FAIL wrong-page-table
// variant: no-flush      FAIL revoked-translation
//
// What each variant must give, and why (written before the first run):
//
// fixed: PASS. The test is not protected and need not be. If the address space that the task runs on changes after the
//   test, CR3 has been written by the switch, and, without PCID, that was a flush:
//     - the test said yes, then a switch: what has to go went with the switch; the flush that follows drops some
//       translations of another address space, which is only a waste;
//     - the test said no, then a switch to mm: its translations are made anew from that moment on, after the entry was
//       cleared.
//   The flush inside is the library's, with preemption off.
// buggy-inside: FAIL. The same test before a flush that can be preempted between its read and its write of CR3. A's own
//   call does no harm, whenever A runs CR3 is A's. The kernel thread's does: it reads A's root, is preempted, comes
//   back on B's mm and writes A's root, and B is resumed without a load.
// no-flush: FAIL. A, or the thread while it borrows A's mm, clears the entry and flushes nothing: A's next access may
//   still use the old translation.
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_FLUSH_TLB_MM
#include <kit/kernel.h>
#include <kit/tlb.hpp>

static struct mm_struct *mm_a;

static inline void __flush_tlb(void)
{
	if (VARIANT(fixed)) {
		if (current->active_mm != mm_a)
			sd_cover("switched between the test and the flush");
		LocalTlb::flush();
	} else {
		mov_to_cr3(mov_from_cr3());
	}
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	if (VARIANT(no_flush))
		return;
	if (mm == current->active_mm)
		__flush_tlb();
	else
		sd_cover("the thread runs on another mm: nothing to flush");
}

// Clears the entry for va, without freeing the page.
static void unmap(struct mm_struct *mm, unsigned long va)
{
	unsigned long flags;

	local_irq_save(flags);
	ptep_get_and_clear(mm, va, pte_offset(mm, va));
	local_irq_restore(flags);
	flush_tlb_mm(mm);
	sd_revoked(__pa(mm->pgd), va);
}

static void task_a(void *)
{
	unmap(mm_a, USER_PAGE(0));
	for (;;)
		user_load(USER_PAGE(0));
}

static void task_b(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

static void reclaim(void *)
{
	unmap(mm_a, USER_PAGE(0));
}

SCENARIO
{
	mm_a = mm_create("A", 1);
	spawn("A", mm_a, task_a, NULL);
	spawn("B", mm_create("B", 1), task_b, NULL);
	kthread_run(reclaim, NULL, "reclaim");
}
