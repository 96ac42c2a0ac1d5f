// IRIW: two writers, two readers that look in opposite orders. Memory is one: the readers agree on the order of the two
// stores (SDM 3, 8.2.3.7). 1010 - each saw the one it looked at first, and not yet the other - is excluded.
//
// cpus: 4
// variant: tso     PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: cr3     PASS  --memory tso
//
// Reader 2: x, y. Reader 3: y, x. All sixteen but 1010.
//
// mfence, lock, cr3: between the two accesses of a CPU; what order forbids is forbidden without them, so nothing changes.
#include "litmus.h"

static volatile unsigned long first[2], second[2];

PART(1)
{
	y = 1;
}

PART(2)
{
	first[0] = x;
	fence(2);
	second[0] = y;
}

PART(3)
{
	first[1] = y;
	fence(3);
	second[1] = x;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(0)
	ALLOW(1)
	ALLOW(10)
	ALLOW(11)
	ALLOW(100)
	ALLOW(101)
	ALLOW(110)
	ALLOW(111)
	ALLOW(1000)
	ALLOW(1001)
	ALLOW(1011)
	ALLOW(1100)
	ALLOW(1101)
	ALLOW(1110)
	ALLOW(1111)
	sd_assert(allowed);
}

SCENARIO
{
	sd_cpu_start(1, start1, 0, "P1");
	sd_cpu_start(2, start2, 0, "P2");
	sd_cpu_start(3, start3, 0, "P3");
	x = 1;
	finish();
	WAIT_FOR(4);
	judge(1000 * first[0] + 100 * second[0] + 10 * first[1] + second[1]);
}
