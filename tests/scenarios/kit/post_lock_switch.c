/* The end of a switch, behind the scheduler's unlock: who can be preempted there, and whose preempt count is whose.
 *
 * machine: x86-64, arm64, s390x, armv5
 * variant: fork-1            FAIL wrong-page-table
 * variant: fork-2            PASS
 * variant: disabled-in-task  FAIL atomic-context
 * variant: disabled-per-cpu  PASS
 *
 * switch_mm() only leaves a flag with the task that is switched to; finish_arch_post_lock_switch() loads its tables.
 *
 * fork-1: a new thread begins with preempt count 1, which is the run queue's lock's: between unlock and load it can be
 *   preempted. The switch from there to the other thread of its mm finds nothing to do, and that one has no flag: it runs
 *   on the tables of the task before.
 * fork-2: a new thread cannot be preempted there either.
 * disabled-in-task, disabled-per-cpu: switch_mm() turns preemption off and finish_arch_post_lock_switch() on, the one by
 *   the task that is left and the other by the next one. A count in the task does not balance; one of the CPU does.
 */
#include <shootdown/scenario.h>

#define KIT_FORK_PREEMPT_COUNT (VARIANT(fork_1) ? 1 : 2)
#define KIT_PREEMPT_COUNT_IN_TASK (!VARIANT(disabled_per_cpu))
#define KIT_HAVE_SWITCH_MM
#define KIT_HAVE_FINISH_ARCH_POST_LOCK_SWITCH
#define KIT_PAGES 24
#include <kit/kernel.h>

#define _TIF_SWITCH_MM 1ul
#define DISABLES (VARIANT(disabled_in_task) || VARIANT(disabled_per_cpu))

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	if (prev == next)
		return;
	task_thread_info(task)->flags |= _TIF_SWITCH_MM;
	if (DISABLES)
		preempt_disable();
}

static inline void finish_arch_post_lock_switch(void)
{
	struct thread_info *info = current_thread_info();

	if (!(info->flags & _TIF_SWITCH_MM))
		return;
	info->flags &= ~_TIF_SWITCH_MM;
	sd_cover("a load behind the unlock");
	cpu_switch_mm(current->mm);
	if (DISABLES)
		preempt_enable();
}

static void task(void *unused)
{
	(void)unused;
	user_load(USER_PAGE(0));
}

SCENARIO
{
	struct mm_struct *mm = mm_create("B", 1);

	spawn("A", mm_create("A", 1), task, NULL);
	spawn("B1", mm, task, NULL);
	spawn("B2", mm, task, NULL);
}
