/* An entry is made valid without a DSB, as for user pages on demand; a fault that comes all the same does not come for ever.
 *
 * machine: arm64
 * options: --property livelock
 * variant: user PASS
 * variant: user PASS --cpus 2 -D SECOND_CPU
 * variant: kernel PASS
 * variant: kernel PASS --cpus 2 -D SECOND_CPU
 * variant: set-in-handler PASS
 * variant: set-in-handler BOUNDED --cpus 2 -D SECOND_CPU
 * variant: handler-dsb PASS
 *
 * The handler only returns; or it stores the entry again (set-in-handler), or has a DSB. A store becomes observable in finite
 * time, also without a barrier (Arm ARM, B2.3, External visibility requirement), so a fair machine ends the loop.
 * set-in-handler on two CPUs: what is stored again and again fills the store buffer, which is said (BOUNDED), not passed.
 */
#include "tables.h"

static pte_t *root, *pte;
static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_cover("fault");
	if (VARIANT(set_in_handler))
		set_pte(pte, frame(1) | USER_PAGE);
	if (VARIANT(handler_dsb))
		dsb(ish);
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	*pte = 0;
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on(root, 1);
	if (!VARIANT(set_in_handler))
		set_pte(pte, frame(1) | USER_PAGE);
	if (VARIANT(kernel))
		kernel_load(VA);
	else
		user_load(VA);
	sd_cover("loaded");
	sd_context_finish();
	for (;;)
		wfi();
}
