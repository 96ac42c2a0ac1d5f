/* exec: a task changes its address space, and the old one goes.
 *
 * variant: kit         PASS
 * variant: kthread     PASS
 * variant: no-switch   FAIL wrong-page-table
 *
 * kthread: a kernel thread becomes a user task; what it drops is what it had borrowed.
 * no-switch: the bookkeeping changes and CR3 does not. (The old address space has another user: its tables stay.)
 */
#define KIT_HAVE_SWITCH_MM
#include <kit/kernel.h>

static int in_exec;

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	(void)task;
	if (VARIANT(no_switch) && in_exec)
		return;
	if (prev != next)
		mov_to_cr3(__pa(next->pgd));
}

static struct mm_struct *mm_new;

static void task(void *arg)
{
	unsigned long flags;

	(void)arg;
	if (!VARIANT(kthread))
		user_store(USER_PAGE(0), 1);
	if (VARIANT(no_switch))
		mmget(current->mm);
	local_irq_save(flags);
	in_exec = 1;
	exec_mmap(mm_new);
	in_exec = 0;
	local_irq_restore(flags);
	sd_assert(user_load(USER_PAGE(0)) == 0);
	sd_cover("runs on the new one");
}

static void other(void *arg)
{
	(void)arg;
	user_load(USER_PAGE(0));
}

SCENARIO
{
	mm_new = mm_create("new", 1);
	if (VARIANT(kthread))
		kthread_run(task, NULL, "task");
	else
		spawn("task", mm_create("old", 1), task, NULL);
	spawn("other", mm_create("other", 1), other, NULL);
}
