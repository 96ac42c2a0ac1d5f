// A cover point that the compiler can prove to be unreachable is missed all the same.
//
// variant: never  VACUOUS
// variant: never  VACUOUS  -O 0
#include <shootdown/scenario.h>

static int never;

SCENARIO
{
	if (never)
		sd_cover("never");
	sd_assert(1);
}
