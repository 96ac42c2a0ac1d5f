/* Lazy TLB: a kernel thread runs on the address space of the task before it, and holds a reference to it.
 *
 * variant: kit       PASS
 * variant: no-grab   FAIL freed-page
 * variant: no-load   FAIL wrong-page-table
 *
 * no-grab: the reference is not taken: the owner exits, its page directory goes, and the thread still runs on it.
 * no-load: switch_mm() compares with the mm of the task before, not with the one it ran on: after A and a thread that
 *   borrowed A's tables, B finds "no mm" and is not given its own.
 */
#define KIT_HAVE_CONTEXT_SWITCH
#include <kit/kernel.h>

static inline void context_switch(struct task_struct *prev, struct task_struct *next)
{
	struct mm_struct *oldmm = prev->active_mm;

	if (next->mm) {
		if (!VARIANT(no_load) || prev->mm)
			switch_mm(oldmm, next->mm, next);
	} else {
		next->active_mm = oldmm;
		if (!VARIANT(no_grab))
			mmgrab(oldmm);
	}
	if (!prev->mm) {
		prev->active_mm = NULL;
		if (!VARIANT(no_grab))
			rq_prev_mm = oldmm;
		else if (prev->state == TASK_DEAD)
			rq_prev_mm = oldmm; /* the reference of its exit_mm() */
	}
	sd_context_switch(task_context(next));
	finish_task_switch();
}

static void thread(void *arg)
{
	(void)arg;
	sd_context_daemon(sd_context_self());
	for (;;) {
		if (READ_ONCE(current->active_mm) != &init_mm)
			sd_cover("a thread borrows");
		yield();
	}
}

static void task(void *arg)
{
	(void)arg;
	user_load(USER_PAGE(0));
}

SCENARIO
{
	spawn("A", mm_create("A", 1), task, NULL);
	spawn("B", mm_create("B", 1), task, NULL);
	kthread_run(thread, NULL, "thread");
}
