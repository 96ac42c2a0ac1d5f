/* AP[1] = 0 and UXN = 0: EL0 may execute the page and not read it.
 *
 * machine: arm64
 * variant: fetch PASS
 * variant: load PASS
 * variant: taken FAIL revoked-translation
 *
 * fetch: UnprivExecute needs UXN = 0 only (Arm ARM, D8.4.1.2.6, table of direct permissions). load: needs AP[1], so the
 * load faults, and what comes behind it is not reached. taken: the entry goes without a TLBI, so the page is executed all the same.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_assert(!VARIANT(fetch));
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE & ~PTE_USER);
	translation_on(root, 1);
	if (VARIANT(load)) {
		user_load(VA);
		sd_assert(0);
	}
	if (VARIANT(fetch)) {
		user_fetch(VA);
		sd_cover("fetched");
		return;
	}
	set_pte(pte, 0);
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_fetch(VA);
}
