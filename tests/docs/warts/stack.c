// All of the stacks' memory counts as valid: neither an overrun within a frame nor the use of a dead object is noticed.
//
// variant: overrun  PASS
// variant: dangling PASS
#include <shootdown/scenario.h>

static volatile int *escaped;

static __attribute__((noinline)) void callee(void)
{
	volatile int local[4];

	local[0] = 1;
	escaped = local;
}

SCENARIO
{
	callee();
	if (VARIANT(overrun))
		escaped[8] = 2; // four past its end
	else
		*escaped = 2;
	sd_assert(1);
}
