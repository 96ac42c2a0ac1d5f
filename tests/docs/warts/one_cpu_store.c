/* less: alone should FAIL revoked-translation.
 *
 * One CPU runs. An entry is changed by a plain store, and a TLBI follows without a DSB: the store may still be on its way, so a
 * walk behind the TLBI may find the old entry and cache it again. Here a CPU that runs alone has its stores in memory at once.
 * With a second CPU running the same code is found: two.
 *
 * machine: arm64
 * cpus: 2
 * variant: alone  PASS
 * variant: two    FAIL revoked-translation
 */
#include "../../scenarios/arm64/tables.h"

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void idle(void *unused)
{
	(void)unused;
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	if (VARIANT(two))
		sd_cpu_start(1, idle, 0, "idle");
	set_pte(pte, frame(1) | USER_READONLY);
	tlbi(VALE1, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_load(VA);
	user_store(VA, 1);
	sd_context_finish();
	for (;;)
		wfi();
}
