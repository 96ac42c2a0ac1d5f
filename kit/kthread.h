/* Making tasks: spawn() for a user task, kthread_run() for a kernel thread. NAME is a string literal for schedules. */
#ifndef KIT_KTHREAD_H
#define KIT_KTHREAD_H

#include <kit/exit.h>
#include <kit/wait.h>

/* The second half of schedule() for a task that never began it. */
static inline void schedule_tail(void)
{
	finish_task_switch();
	if (KIT_FORK_PREEMPT_COUNT > 1)
		preempt_count_sub(PREEMPT_OFFSET);
	if (!KIT_FORK_PREEMPT_COUNT)
		local_irq_enable();
}

/* Where a new task begins: with interrupts off, in the middle of the switch to it. */
static inline void ret_from_fork(void *arg)
{
	struct task_struct *task = (struct task_struct *)arg;
	void (*fn)(void *) = task->fn;
	void *fn_arg = task->arg;

	schedule_tail();
	fn(fn_arg);
	do_exit();
}

static inline struct task_struct *create_task(const char *name, struct mm_struct *mm, void (*fn)(void *), void *arg)
{
	struct task_struct *task = &kit_tasks[kit_nr_tasks];
	unsigned long flags;
	unsigned context;

	if (kit_nr_tasks == KIT_MAX_TASKS)
		sd_exhausted("the kit's tasks are used up (KIT_MAX_TASKS)");
	local_irq_save(flags);
	task->name = name;
	task->fn = fn;
	task->arg = arg;
	task->mm = mm;
	task->active_mm = mm;
	context = sd_context_create(ret_from_fork, task, name);
	BUG_ON(context != kit_nr_tasks); /* a task's number is its context's */
	kit_nr_tasks++;
	if (KIT_FORK_PREEMPT_COUNT && KIT_PREEMPT_COUNT_IN_TASK)
		task_thread_info(task)->preempt_count = KIT_FORK_PREEMPT_COUNT * PREEMPT_OFFSET;
	/* The count that it finds on its CPU is that of the task before it. */
	BUG_ON(KIT_FORK_PREEMPT_COUNT == 1 && !KIT_PREEMPT_COUNT_IN_TASK);
	if (mm) {
		mmget(mm);
		sd_expect_root(context, __pa(mm->pgd));
	} else {
		sd_expect_root(context, SD_NO_ROOT);
	}
	task->on_rq = 1;
	if (CONFIG_SMP) {
		raw_spin_lock(&rq_lock);
		rq_ready |= 1ul << context;
		raw_spin_unlock(&rq_lock);
	}
	local_irq_restore(flags);
	return task;
}

/* A user task in mm that runs fn(arg); when fn returns it exits. */
static inline struct task_struct *spawn(const char *name, struct mm_struct *mm, void (*fn)(void *), void *arg)
{
	return create_task(name, mm, fn, arg);
}

/* A kernel thread: no mm of its own. */
static inline struct task_struct *kthread_run(void (*fn)(void *), void *arg, const char *name)
{
	return create_task(name, (struct mm_struct *)NULL, fn, arg);
}

#endif
