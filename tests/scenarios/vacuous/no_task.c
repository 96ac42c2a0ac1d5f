// With the kit, a system in which the code under test is never reached.
//
// variant: unreached  VACUOUS
// variant: no-task    VACUOUS  --property wrong-page-table
// variant: no-access  VACUOUS  --property wrong-page-table
// variant: access     PASS     --property wrong-page-table
//
// unreached: the task that would call the code is never made. no-task: nor is any other, so no user mode exists.
// no-access: there is one, and it ends without an access. access: it makes one.
#include <kit/kernel.h>

static void task(void *unused)
{
	(void)unused;
	if (VARIANT(access))
		user_load(USER_PAGE(0));
}

static void flushes(void *unused)
{
	(void)unused;
	__flush_tlb();
	if (VARIANT(unreached))
		sd_cover("the flush");
}

static volatile int make_it;

SCENARIO
{
	struct mm_struct *mm = mm_create("A", 1);

	if (!VARIANT(no_task))
		spawn("A", mm, task, NULL);
	if (make_it)
		kthread_run(flushes, NULL, "flusher");
}
