/* INCL on two CPUs: without LOCK it is a load and a store, and an increment may be lost, whatever the memory model.
 *
 * cpus: 2
 * variant: plain   FAIL assertion --memory tso
 * variant: plain   FAIL assertion --memory sc
 * variant: locked  PASS           --memory tso
 * variant: locked  PASS           --memory sc
 */
#include <shootdown/x86.h>

static int count, done;

static void increment(void)
{
	if (VARIANT(locked))
		asm volatile("lock incl %0" : "+m"(count) : : "memory");
	else
		asm volatile("incl %0" : "+m"(count) : : "memory");
}

static void other(void *argument)
{
	(void)argument;
	increment();
	__atomic_store_n(&done, 1, __ATOMIC_SEQ_CST);
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_cpu_start(1, other, 0, "other");
	increment();
	while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST))
		pause();
	mfence();
	sd_assert(count == 2);
}
