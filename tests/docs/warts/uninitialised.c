// What was never initialised is 0.
//
// variant: local PASS
#include <shootdown/scenario.h>

SCENARIO
{
	volatile int local;

	sd_assert(local == 0);
}
