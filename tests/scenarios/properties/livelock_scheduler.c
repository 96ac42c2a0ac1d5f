// The endless page fault of corpus/linux-2016-x86-up-flush, and what a scheduler can do about it.
//
// options: --property livelock
// variant: two    FAIL livelock "any scheduler"
// variant: three  FAIL livelock "unfair scheduler"
// variant: fixed  PASS
//
// A, dying, writes a stale CR3 back after a switch, and stops; its tables stay allocated, and its page is unmapped. B,
// whose mm A has borrowed, goes on without a reload and faults: its own tables have the page, so the handler finds
// nothing to do, and the access faults again.
// two: A and the idle task borrow B's mm as well, so no switch between the three loads CR3: whatever the scheduler does,
//   the loop goes on. three: C has an mm of its own. Once it has run, the way back to B loads B's table and ends the
//   loop; only a scheduler that never lets C run keeps it up.
// fixed: with preemption off around the flush B never runs on A's table.
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_TLB_FLUSH
#include <kit/kernel.h>

static inline void __flush_tlb(void)
{
	if (VARIANT(fixed))
		preempt_disable();
	mov_to_cr3(mov_from_cr3());
	if (VARIANT(fixed))
		preempt_enable();
}

static inline void tlb_flush(struct mmu_gather *tlb)
{
	flush_tlb_mm(tlb->mm);
	sd_context_daemon(sd_context_self());
	for (;;)
		hlt();
}

static void dies(void *unused)
{
	(void)unused;
	do_exit();
}

static void works(void *unused)
{
	(void)unused;
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	spawn("A", mm_create("A", 1), dies, NULL);
	spawn("B", mm_create("B", 1), works, NULL);
	if (!VARIANT(two))
		spawn("C", mm_create("C", 1), works, NULL);
}
