// A shift by the width or more, undefined in C, gives 0. The processor would take the amount modulo 32.
//
// variant: wide PASS
#include <shootdown/scenario.h>

static __attribute__((noinline)) unsigned shifted(unsigned value, unsigned by)
{
	return value << by;
}

SCENARIO { sd_assert(shifted(1, 31 + sd_choose(2)) != 1); }
