// MP: data, then a flag; the reader looks at the flag, then at the data. Buffers are first in, first out, and loads are
// in order: a reader that sees the flag sees the data (SDM 3, 8.2.3.2 and 8.2.3.3), on both memory models.
//
// cpus: 2
// variant: tso     PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
//
// r = flag, data: 00, 01 and 11 are allowed; 10 is not.
//
// mfence, lock, cr3: between the two accesses of a CPU; what order forbids is forbidden without them, so nothing changes.
#include "litmus.h"

PART(1)
{
	r[0] = y;
	fence(1);
	r[1] = x;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(0)
	ALLOW(1)
	ALLOW(11)
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
	judge(10 * r[0] + r[1]);
}
