/* CPU 0 has FEAT_TLBIRANGE, CPU 1 has not: a broadcast TLBI by range need not do anything there (Arm ARM, D8.17.7, R_RXMZFH).
 *
 * machine: arm64
 * cpus: 2
 * variant: range-none FAIL revoked-translation --cpu-features tlbrange/none
 * variant: range PASS --cpu-features tlbrange
 *
 * range-none: so CPU 1 keeps the translation. range: both have it.
 */
#include "tables.h"

static pte_t *root, *pte;

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_context_finish();
	for (;;)
		wfi();
}

static void other(void *p)
{
	(void)p;
	translation_on(root, 1);
	for (;;)
		user_load(VA);
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, other, 0, "other");
	set_pte(pte, 0);
	dsb(ishst);
	tlbi(RVAE1IS, TTBR_ASID(1) | 1ul << 46 | VA >> 12);
	dsb(ish);
	sd_revoked((unsigned long)root, VA);
	sd_context_finish();
	for (;;)
		wfi();
}
