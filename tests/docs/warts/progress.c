// Progress is a word of memory that changes, a user or kernel access that completes, another CR3. Two that change a word
// for ever are not deadlocked, though they get nowhere.
//
// cpus: 2
// variant: toggles PASS
// variant: waits   FAIL deadlock
#include <shootdown/x86.h>

static volatile int turn, never;

static void other(void *arg)
{
	while (!never)
		if (VARIANT(toggles))
			turn ^= 1;
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_cpu_start(1, other, (void *)0, "other");
	sd_assert(1);
}
