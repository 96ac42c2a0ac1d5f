// R: CPU 0 stores x, then y; CPU 1 stores y, then loads x. If CPU 1's store to y is the last one (y = 2) its load may
// still have been before CPU 0's store to x, while its own store waited: only with a buffer, and not with a fence.
//
// cpus: 2
// variant: plain   PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
//
// y at the end, and what CPU 1 loaded from x. 10: the load was before x = 1, so, without a buffer, y = 2 was before
// y = 1: allowed everywhere. 11, 21: allowed everywhere. 20: plain only.
#include "litmus.h"

PART(1)
{
	y = 2;
	fence(1);
	r[1] = x;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(10)
	ALLOW(11)
	ALLOW(21)
	if (VARIANT(plain))
		ALLOW(20)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	x = 1;
	fence(0);
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * y + r[1]);
}
