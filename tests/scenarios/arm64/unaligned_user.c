/* An unaligned translated store, which another CPU may see in parts.
 *
 * machine: arm64
 * cpus: 2
 * variant: unaligned UNSUPPORTED
 *
 * Only aligned accesses are indivisible (Arm ARM, B2.2.1).
 */
#include "tables.h"

static pte_t *root;

static void other(void *p)
{
	(void)p;
	unsigned long v;
	translation_on(root, 1);
	v = user_load(VA + 4);
	sd_assert(v == 0 || v == ~0ul);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	root = new_table();
	map(root, VA, frame(1), USER_PAGE);
	frames[1][0] = 0;
	sd_cpu_start(1, other, 0, "other");
	translation_on(root, 1);
	user_store(VA + 4, ~0ul);
	sd_context_finish();
	for (;;)
		wfi();
}
