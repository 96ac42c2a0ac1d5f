/* An access that crosses a cache line, which another CPU may see in parts (SDM 3, 8.1.1): refused by name.
 *
 * cpus: 2
 * variant: torn    UNSUPPORTED
 * variant: within  PASS
 * variant: own     PASS
 *
 * torn: the reader could see half of what the writer stores. within: unaligned, but in one cache line: one access.
 * own: nobody else touches those bytes.
 */
#include <shootdown/x86.h>

static unsigned char bytes[128] __attribute__((aligned(64)));

struct __attribute__((packed)) unaligned {
	unsigned long value;
};

#define PLACE ((volatile struct unaligned *)(bytes + (VARIANT(within) ? 51 : 60)))

static void writer(void *argument)
{
	(void)argument;
	if (!VARIANT(own))
		PLACE->value = ~0ul;
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	unsigned long value;

	sd_cpu_start(1, writer, 0, "writer");
	value = PLACE->value;
	sd_assert(value == 0 || value == ~0ul);
}
