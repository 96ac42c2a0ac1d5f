/* The kit's own limits are said, not passed over.
 *
 * variant: pages  BOUNDED
 * variant: mms    BOUNDED
 * variant: tasks  BOUNDED
 * variant: vmas   BOUNDED
 */
#include <kit/kernel.h>

static void task(void *arg)
{
	(void)arg;
}

SCENARIO
{
	struct mm_struct *mm = mm_alloc("A");
	unsigned n;

	for (n = 0; n <= 64; n++) {
		if (VARIANT(pages))
			__get_free_page();
		else if (VARIANT(mms))
			mm_alloc("more");
		else if (VARIANT(tasks))
			kthread_run(task, NULL, "more");
		else
			do_mmap(mm, USER_PAGE(n), 1, PAGE_SHARED);
	}
}
