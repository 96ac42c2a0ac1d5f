// Two cover points of one name are one; a cover point in a function that nothing refers to is not there at all.
//
// variant: same-name PASS
// variant: unused    PASS
#include <shootdown/scenario.h>

static volatile int zero;

static void unused(void)
{
	sd_cover("in a function that nobody calls");
}

SCENARIO
{
	if (VARIANT(same_name)) {
		if (zero)
			sd_cover("there");
		sd_cover("there");
	}
	sd_assert(1);
}
