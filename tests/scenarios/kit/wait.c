/* Sleeping and waking.
 *
 * variant: kit    PASS  --property deadlock
 * variant: lost   FAIL deadlock
 *
 * lost: the condition is tested with interrupts on, and the wake-up comes between the test and the sleep.
 */
#include <kit/kernel.h>

static int ready;

static void waiter(void *arg)
{
	(void)arg;
	if (VARIANT(lost)) {
		while (!READ_ONCE(ready)) {
			local_irq_disable();
			block_on(&ready);
			local_irq_enable();
		}
	} else {
		wait_event(&ready, READ_ONCE(ready));
	}
	sd_cover("woken");
}

static void waker(void *arg)
{
	(void)arg;
	WRITE_ONCE(ready, 1);
	wake_up(&ready);
}

static void daemon(void *arg)
{
	(void)arg;
	sleep_for_ever();
}

SCENARIO
{
	kthread_run(waiter, NULL, "waiter");
	kthread_run(waker, NULL, "waker");
	kthread_run(daemon, NULL, "daemon");
}
