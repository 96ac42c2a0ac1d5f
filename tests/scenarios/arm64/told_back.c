/* CPU 0 makes an entry valid without a DSB; CPU 1 has read it and says so; CPU 0 hears it, and loads.
 *
 * machine: arm64
 * cpus: 2
 * variant: no-isb FAIL assertion
 * variant: dsb-isb PASS
 *
 * no-isb: the walk may have been made before the load-acquire (without FEAT_ETS2). dsb-isb: it is made again behind both. An
 * ISB alone would do as well, which is not known here (tests/docs/warts/told_back.c).
 */
#include "tables.h"

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
	if (VARIANT(dsb_isb))
		dsb(ish);
	if (!VARIANT(no_isb))
		isb();
	kernel_load(VA);
	sd_cover("loaded");
	sd_context_finish();
	for (;;)
		wfi();
}
