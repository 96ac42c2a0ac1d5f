// A context has at most 256 frames, whatever they hold.
//
// variant: under PASS
// variant: over  FAIL memory-fault "stack overflow"
#include <shootdown/scenario.h>

static __attribute__((noinline)) int depth(volatile int *left)
{
	int below = (*left)-- == 0 ? 0 : depth(left);

	return below + *left; // read after the call: no loop can be made of it
}

SCENARIO
{
	volatile int left = VARIANT(over) ? 300 : 200;

	depth(&left);
	sd_assert(1);
}
