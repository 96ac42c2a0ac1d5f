// Allocation without an end: the kit says which of its resources ran out. It is never a PASS.
//
// variant: pages     BOUNDED
// variant: task      BOUNDED
// variant: fails     FAIL assertion
//
// pages: at boot. task: by a task, while others run. fails: an assertion that is violated before that stands.
#include <kit/kernel.h>

static void allocates(void *unused)
{
	(void)unused;
	for (;;)
		__get_free_page();
}

static void task(void *unused)
{
	(void)unused;
	user_load(USER_PAGE(0));
	sd_assert(!VARIANT(fails));
}

SCENARIO
{
	if (VARIANT(pages))
		allocates(NULL);
	kthread_run(allocates, NULL, "allocates");
	spawn("A", mm_create("A", 1), task, NULL);
}
