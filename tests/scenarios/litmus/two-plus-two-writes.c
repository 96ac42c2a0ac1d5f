// 2+2W: each CPU stores 1 to one word and 2 to the other, in opposite orders. Both words ending as 1 would need two
// stores of one CPU out of order (SDM 3, 8.2.3.2: stores are not reordered with other stores): excluded on both models.
//
// cpus: 2
// variant: tso     PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
//
// x, y at the end. CPU 0: x = 1; y = 2. CPU 1: y = 1; x = 2. Allowed: 12 (CPU 0 last in y, x), 21 (CPU 1), 22.
//
// mfence, lock, cr3: between the two accesses of a CPU; what order forbids is forbidden without them, so nothing changes.
#include "litmus.h"

PART(1)
{
	y = 1;
	fence(1);
	x = 2;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(12)
	ALLOW(21)
	ALLOW(22)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	x = 1;
	fence(0);
	y = 2;
	finish();
	WAIT_FOR(2);
	judge(10 * x + y);
}
