// MP: data, then a flag; the reader looks at the flag, then at the data. Buffers are first in, first out, and loads are
// in order: a reader that sees the flag sees the data (SDM 3, 8.2.3.2 and 8.2.3.3), on both memory models.
//
// cpus: 2
// variant: tso  PASS  --memory tso
// variant: sc   PASS  --memory sc
//
// r = flag, data: 00, 01 and 11 are allowed; 10 is not.
#include "litmus.h"

PART(1)
{
	r[0] = y;
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
	y = 1;
	finish();
	WAIT_FOR(2);
	judge(10 * r[0] + r[1]);
}
