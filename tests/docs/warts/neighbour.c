// Bounds are those of any object, not of the pointer's own: far enough past one object lies another.
//
// variant: near  FAIL memory-fault "out of bounds"
// variant: far   PASS
#include <shootdown/scenario.h>

static volatile char first[8], second[256];

SCENARIO
{
	volatile char *at = first;

	second[0] = 0;
	if (VARIANT(near))
		at[8] = 1; // the gap between two objects
	else
		for (unsigned n = 80; n < 128; n++)
			at[n] = 1; // somewhere in the other object
	sd_assert(1);
}
