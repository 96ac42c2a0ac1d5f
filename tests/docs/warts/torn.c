// less: an access across a cache line is one access, where two CPUs would see its halves apart. Should FAIL assertion.
//
// cpus: 2
// variant: torn  PASS
#include <shootdown/x86.h>

static unsigned char bytes[128] __attribute__((aligned(64)));

struct __attribute__((packed)) unaligned {
	unsigned long value;
};

#define ACROSS ((volatile struct unaligned *)(bytes + 60))

static void writer(void *argument)
{
	(void)argument;
	ACROSS->value = ~0ul;
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	unsigned long value;

	sd_cpu_start(1, writer, 0, "writer");
	value = ACROSS->value;
	sd_assert(value == 0 || value == ~0ul);
}
