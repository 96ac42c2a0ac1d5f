// less: under --memory sc INCL without LOCK loses no increment. sc should FAIL assertion, as tso does.
//
// cpus: 2
// variant: tso  FAIL assertion
// variant: sc   PASS --memory sc
#include <shootdown/x86.h>

static int count, done;

static void increment(void)
{
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
