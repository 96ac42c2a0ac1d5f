// A loop that nothing can interrupt is followed for a million rounds, then the verdict is BOUNDED.
//
// variant: long     BOUNDED
// variant: endless  FAIL deadlock
#include <shootdown/scenario.h>

static volatile unsigned long n;

SCENARIO
{
	while (n < 2000000)
		n = VARIANT(endless) ? 0 : n + 1;
	sd_assert(1);
}
