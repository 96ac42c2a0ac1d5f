// S: CPU 0 stores x = 2, then y = 1; CPU 1 loads y, then stores x = 1. If it saw y = 1, x = 2 was in memory before, and
// its own store is the later one: x = 2 at the end is excluded, on both memory models.
//
// cpus: 2
// variant: tso  PASS  --memory tso
// variant: sc   PASS  --memory sc
//
// x at the end, what CPU 1 loaded from y: 10, 11 and 20 are allowed; 21 is not.
#include "litmus.h"

PART(1)
{
	r[1] = y;
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
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * x + r[1]);
}
