// S: CPU 0 stores x = 2, then y = 1; CPU 1 loads y, then stores x = 1. If it saw y = 1, x = 2 was in memory before, and
// its own store is the later one: x = 2 at the end is excluded, on both memory models.
//
// cpus: 2
// variant: tso     PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
//
// x at the end, what CPU 1 loaded from y: 10, 11 and 20 are allowed; 21 is not.
//
// mfence, lock, cr3: between the two accesses of a CPU; what order forbids is forbidden without them, so nothing changes.
#include "litmus.h"

PART(1)
{
	r[1] = y;
	fence(1);
	x = 1;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(10)
	ALLOW(11)
	ALLOW(20)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	x = 2;
	fence(0);
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * x + r[1]);
}
