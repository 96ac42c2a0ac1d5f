/* more: isb should PASS.
 *
 * CPU 0 makes an entry valid without a DSB; CPU 1 has read it and says so; CPU 0 hears it, ISB, and loads: no fault.
 *
 * machine: arm64
 * cpus: 2
 * variant: isb FAIL assertion
 *
 * isb: the store has been seen by another CPU, which is before its store-release, that before the load-acquire that saw it, and
 * that before what is fetched behind the ISB, walks included: a walk that misses the store would be before it, in a circle
 * (Arm ARM, B2.3, Ordered-before). The checker goes by R_SPVBD alone, that only a DSB makes a store sure to be seen by walks:
 * that a branch depends on what was heard is not followed.
 */
#include "../../scenarios/arm64/tables.h"

static pte_t *root, *pte;
static unsigned long seen;
static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_assert(0);
}

static void other(void *p)
{
	(void)p;
	while (!__atomic_load_n(pte, __ATOMIC_ACQUIRE))
		cpu_relax();
	__atomic_store_n(&seen, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	*pte = 0;
	sd_cpu_start(1, other, 0, "other");
	translation_on(root, 1);
	set_pte(pte, frame(1) | USER_PAGE);
	while (!__atomic_load_n(&seen, __ATOMIC_ACQUIRE))
		cpu_relax();
	isb();
	kernel_load(VA);
	sd_cover("loaded");
	sd_context_finish();
	for (;;)
		wfi();
}
