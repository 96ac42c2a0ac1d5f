// A CPU has at most as many stores under way as --store-buffer says; more is BOUNDED, never a PASS.
//
// cpus: 2
// variant: few   PASS     --store-buffer 4
// variant: many  BOUNDED  --store-buffer 2
// variant: many  PASS     --memory sc
#include <shootdown/x86.h>

static volatile int data[8];

static void other(void *arg)
{
	for (unsigned n = 0; n < 8; n += 2)
		sd_assert(data[n] == 0 || data[n] == 1);
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_cpu_start(1, other, (void *)0, "other");
	data[0] = 1;
	data[2] = 1;
	if (VARIANT(few))
		mfence();
	data[4] = 1;
	data[6] = 1;
}
