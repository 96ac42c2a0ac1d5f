// More states than any memory holds, and large ones: the memory limit is met within seconds.
//
// variant: only BOUNDED
#include <shootdown/scenario.h>

/* Every choice changes all cells, by a mixture that never comes back to an earlier state. */
#define CELLS(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define MIX(n) cell[n] = (cell[n] ^ (chosen + n)) * 0x5851f42d4c957f2dul + cell[(n + 1) % 16];

static volatile unsigned long cell[16];

SCENARIO
{
	for (;;) {
		unsigned long chosen = sd_choose(8);

		CELLS(MIX)
	}
}
