/* A task on CPU 1 waits for a flag that a task on CPU 0 sets.
 *
 * cpus: 2
 * variant: kit      PASS
 * variant: no-fence FAIL deadlock
 *
 * The sleeper says that it sleeps and then looks at the flag; the waker sets the flag and then looks who sleeps. As in
 * every store-buffering pattern both looks may come before both stores have reached memory, and then the wake-up is
 * lost: the kit has a fence on either side. no-fence leaves the sleeper's out.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#include <kit/kernel.h>

static int flag;

static void sleeper(void *unused)
{
	unsigned long flags;

	(void)unused;
	if (VARIANT(kit)) {
		wait_event(&flag, READ_ONCE(flag));
	} else {
		local_irq_save(flags);
		for (;;) {
			raw_spin_lock(&rq_lock);
			current->wait = &flag;
			current->state = TASK_UNINTERRUPTIBLE;
			raw_spin_unlock(&rq_lock);
			if (READ_ONCE(flag))
				break;
			__schedule(0);
		}
		finish_wait();
		local_irq_restore(flags);
	}
	sd_assert(flag);
	sd_cover("the sleeper has seen the flag");
}

static void waker(void *unused)
{
	(void)unused;
	WRITE_ONCE(flag, 1);
	wake_up(&flag);
}

SCENARIO
{
	set_cpus_allowed(kthread_run(sleeper, NULL, "sleeper"), 2);
	set_cpus_allowed(kthread_run(waker, NULL, "waker"), 1);
}
