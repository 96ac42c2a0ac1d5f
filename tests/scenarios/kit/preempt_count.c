/* The preempt count: balanced, below zero, and above zero in schedule().
 *
 * variant: balanced    PASS
 * variant: underflow   FAIL atomic-context
 * variant: atomic      FAIL atomic-context
 * variant: handler     FAIL atomic-context
 *
 * balanced: preemption off means that the other thread does not run in between.
 * underflow: an enable without a disable.
 * atomic: schedule() with preemption off.
 * handler: schedule() from an interrupt handler that said irq_enter().
 */
#define KIT_HAVE_TIMER_INTERRUPT
#include <kit/kernel.h>

static int inside;

static inline void timer_interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	irq_enter();
	if (VARIANT(handler))
		schedule();
	irq_exit();
	irqentry_exit(from_user);
}

static void thread(void *arg)
{
	(void)arg;
	preempt_disable();
	sd_assert(!READ_ONCE(inside));
	WRITE_ONCE(inside, 1);
	sd_cover("inside");
	if (VARIANT(atomic))
		schedule();
	WRITE_ONCE(inside, 0);
	preempt_enable();
	if (VARIANT(underflow))
		preempt_enable();
}

SCENARIO
{
	kthread_run(thread, NULL, "one");
	kthread_run(thread, NULL, "two");
}
