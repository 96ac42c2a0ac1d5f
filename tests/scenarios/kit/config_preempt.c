/* With CONFIG_PREEMPT a thread loses the CPU between any two instructions; without, only where it calls schedule(), and
 * a user task in user mode.
 *
 * variant: preempt      FAIL assertion
 * variant: no-preempt   PASS
 * variant: no-timer     PASS
 *
 * Each thread adds 1 to a word in two instructions; with preemption in between an addition is lost.
 */
#include <shootdown/scenario.h>

#define CONFIG_PREEMPT VARIANT(preempt)
#if VARIANT(no_timer)
#define KIT_NO_TIMER
#endif
#include <kit/kernel.h>

static int sum, done;

static void thread(void *arg)
{
	int seen = READ_ONCE(sum);

	(void)arg;
	WRITE_ONCE(sum, seen + 1);
	yield();
	done++;
	if (done == 2) {
		sd_assert(sum == 2);
		sd_cover("both have added");
	}
}

static void user(void *arg)
{
	(void)arg;
	user_load(USER_PAGE(0));
	if (VARIANT(no_preempt) && READ_ONCE(done) == 2)
		sd_cover("preempted in user mode");
}

SCENARIO
{
	kthread_run(thread, NULL, "one");
	kthread_run(thread, NULL, "two");
	spawn("user", mm_create("user", 1), user, NULL);
}
