// LB: each CPU loads one word, then stores the other. A store is not done before an older load (SDM 3, 8.2.3.3): 11 is
// excluded on both memory models.
//
// cpus: 2
// variant: tso     PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
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

	ALLOW(0)
	ALLOW(1)
	ALLOW(10)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	r[0] = x;
	fence(0);
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * r[0] + r[1]);
}
