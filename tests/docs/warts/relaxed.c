// A relaxed read-modify-write stands for an unlocked instruction, which two CPUs can interleave. Compiled for the
// hardware, __atomic_fetch_add has a LOCK prefix whatever its order.
//
// cpus: 2
// variant: relaxed  FAIL assertion
// variant: seq-cst  PASS
#include <shootdown/x86.h>

static int count;
static volatile int done;

static void add(void)
{
	if (VARIANT(relaxed))
		__atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST);
}

static void other(void *arg)
{
	add();
	mfence();
	done = 1;
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_cpu_start(1, other, (void *)0, "other");
	add();
	mfence();
	while (!done)
		pause();
	sd_assert(count == 2);
}
