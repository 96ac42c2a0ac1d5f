// LB: each CPU loads one word, then stores the other. A store is not done before an older load (SDM 3, 8.2.3.3): 11 is
// excluded on both memory models.
//
// cpus: 2
// variant: tso  PASS  --memory tso
// variant: sc   PASS  --memory sc
#include "litmus.h"

PART(1)
{
	r[1] = y;
	x = 1;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(0)
	ALLOW(1)
	ALLOW(10)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	r[0] = x;
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * r[0] + r[1]);
}
