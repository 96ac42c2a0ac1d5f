/* The preempt count.
 *
 * Where it is: on x86 per CPU, changed by one instruction without a LOCK prefix, which an interrupt cannot split;
 * elsewhere in the task's thread_info. KIT_PREEMPT_COUNT_IN_TASK (0 or 1, VARIANT() allowed) before the include says
 * otherwise. A count per CPU needs no saving at a switch: it is the same for every task that is switched away.
 *
 * There is no need_resched flag. The timer may come at every boundary where interrupts are on, so "preempt me as soon
 * as the count drops to 0" is a timer interrupt at the boundary after preempt_enable(); a flag would only add states.
 * Without CONFIG_PREEMPT the functions are compiler barriers, as in Linux.
 *
 * Replaceable: KIT_HAVE_PREEMPT_DISABLE (preempt_disable and preempt_enable).
 */
#ifndef KIT_PREEMPT_H
#define KIT_PREEMPT_H

#include <kit/bug.h>
#include <kit/irqflags.h>
#include <kit/percpu.h>

/* Bits 0-7: preempt_disable() depth; from bit 16: nested interrupt handlers that called irq_enter(). */
#define PREEMPT_OFFSET 1
#define HARDIRQ_OFFSET (1 << 16)

#ifndef KIT_PREEMPT_COUNT_IN_TASK
#define KIT_PREEMPT_COUNT_IN_TASK ARCH_PREEMPT_COUNT_IN_TASK
#endif
#ifndef KIT_MAX_TASKS
#define KIT_MAX_TASKS 8
#endif

DEFINE_PER_CPU(int, __preempt_count);

/* What low-level code keeps with each task. */
struct thread_info {
	int preempt_count;
	unsigned long flags; /* bits TIF_*, which are the scenario's */
};

static struct thread_info kit_thread_info[KIT_MAX_TASKS];

/* By a task's own code and its interrupt handlers, which leave the count as it was. */
#define current_thread_info() (&kit_thread_info[sd_context_self()])

static inline int preempt_count(void)
{
	if (KIT_PREEMPT_COUNT_IN_TASK)
		return __atomic_load_n(&current_thread_info()->preempt_count, __ATOMIC_RELAXED);
	return __atomic_load_n(&__preempt_count, __ATOMIC_RELAXED);
}

static inline void preempt_count_add(int value)
{
	if (KIT_PREEMPT_COUNT_IN_TASK)
		current_thread_info()->preempt_count += value;
	else
		__atomic_fetch_add(&__preempt_count, value, __ATOMIC_RELAXED);
}

static inline void preempt_count_sub(int value)
{
	int before;

	if (KIT_PREEMPT_COUNT_IN_TASK) {
		before = current_thread_info()->preempt_count;
		current_thread_info()->preempt_count = before - value;
	} else {
		before = __atomic_fetch_sub(&__preempt_count, value, __ATOMIC_RELAXED);
	}
	if (before < value)
		sd_violation("atomic-context", "preempt_enable() without preempt_disable()");
}

#define in_interrupt() (preempt_count() >= HARDIRQ_OFFSET)
#define in_atomic() (preempt_count() != 0)
#define preemptible() (CONFIG_PREEMPT && !in_atomic() && !irqs_disabled())

/* For `shootdown audit`. */
static int kit_preemptible(void)
{
	return preemptible();
}
sd_circumstance("preemptible", kit_preemptible);

static inline void preempt_disable(void);
static inline void preempt_enable(void);

#ifndef KIT_HAVE_PREEMPT_DISABLE
static inline void preempt_disable(void)
{
	if (CONFIG_PREEMPT && sd_guard_enter("preempt", NULL))
		preempt_count_add(PREEMPT_OFFSET);
	barrier();
}

static inline void preempt_enable(void)
{
	barrier();
	if (CONFIG_PREEMPT && sd_guard_leave("preempt", NULL))
		preempt_count_sub(PREEMPT_OFFSET);
}
#endif

#endif
