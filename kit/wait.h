/* Sleeping and waking. A task sleeps on an address, which stands for the wait queue. */
#ifndef KIT_WAIT_H
#define KIT_WAIT_H

#include <kit/sched.h>

/* Sleeps until wake_up(what). Interrupts are off: no wake-up between the caller's test and the sleep is lost. */
static inline void block_on(const void *what)
{
	current->wait = what;
	current->state = TASK_UNINTERRUPTIBLE;
	__schedule(0);
}

static inline void wake_up_process(struct task_struct *task)
{
	unsigned long flags;

	local_irq_save(flags);
	if (task->state == TASK_UNINTERRUPTIBLE) {
		task->wait = NULL;
		task->state = TASK_RUNNING;
		task->on_rq = 1;
	}
	local_irq_restore(flags);
}

/* Wakes all that sleep on `what`. */
static inline void wake_up(const void *what)
{
	unsigned long flags;
	unsigned n;

	local_irq_save(flags);
	for (n = 0; n < kit_nr_tasks; n++)
		if (kit_tasks[n].wait == what)
			wake_up_process(&kit_tasks[n]);
	local_irq_restore(flags);
}

/* Sleeps on `what` until the condition holds. Whoever makes it hold calls wake_up(what) afterwards. */
#define wait_event(what, condition) \
	do { \
		unsigned long __flags; \
		local_irq_save(__flags); \
		while (!(condition)) \
			block_on(what); \
		local_irq_restore(__flags); \
	} while (0)

/* A daemon's rest: never woken, and that is no deadlock. */
static inline void sleep_for_ever(void)
{
	local_irq_disable();
	sd_context_daemon(sd_context_self());
	for (;;)
		block_on(&kit_tasks[sd_context_self()]);
}

#endif
