/* Interrupts: the timer, which preempts, and the bookkeeping for a scenario's own handlers.
 *
 * With CONFIG_PREEMPT the timer preempts wherever the preempt count is 0; without, only user mode: a task in the kernel
 * runs until it calls schedule(). Whether it does preempt is the checker's choice, as the timer may also never come.
 * The idle task is left alone, it calls schedule() as soon as it is woken.
 *
 * Replaceable: KIT_HAVE_TIMER_INTERRUPT; KIT_NO_TIMER leaves the timer off.
 */
#ifndef KIT_IRQ_H
#define KIT_IRQ_H

#include <kit/sched.h>

#define LOCAL_TIMER_VECTOR 0xecu

/* Around the body of a handler: what it calls can then tell that it must not sleep. */
static inline void irq_enter(void)
{
	preempt_count_add(HARDIRQ_OFFSET);
}

static inline void irq_exit(void)
{
	preempt_count_sub(HARDIRQ_OFFSET);
}

/* The way out of a handler that should preempt like the timer. */
static inline void irqentry_exit(unsigned long from_user)
{
	if (is_idle_task(current))
		return;
	if (from_user || (CONFIG_PREEMPT && preempt_count() == 0))
		preempt_schedule_irq();
}

static inline void timer_interrupt(unsigned long error_code, unsigned long from_user);

#ifndef KIT_HAVE_TIMER_INTERRUPT
static inline void timer_interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	irqentry_exit(from_user);
}
#endif

#endif
