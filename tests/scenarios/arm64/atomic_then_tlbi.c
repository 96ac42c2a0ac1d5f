/* An entry is changed by an atomic read-modify-write, and a TLBI follows without DSB ISHST. Walkers need not find the new
 * value yet, so the TLBI may come first and the old entry be cached again behind it; as after a plain store. One that
 * acquires and releases orders the CPU's accesses, neither its TLBIs nor anybody's walks (Arm ARM, B2.3).
 *
 * machine: arm64
 * cpus: 2
 * variant: atomic  FAIL revoked-translation
 * variant: acq-rel FAIL revoked-translation
 * variant: plain   FAIL revoked-translation
 * variant: dsb     PASS
 */
#include "tables.h"

static pte_t *root, *pte;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void writer(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	for (;;)
		user_store(VA, 1);
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, writer, 0, "writer");
	if (VARIANT(plain))
		set_pte(pte, frame(1) | USER_READONLY);
	else if (VARIANT(acq_rel))
		__atomic_fetch_or(pte, PTE_RDONLY, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_or(pte, PTE_RDONLY, __ATOMIC_RELAXED);
	if (VARIANT(dsb))
		dsb(ishst);
	tlbi(VALE1IS, tlbi_va(VA, 1));
	dsb(ish);
	sd_revoked((unsigned long)root, VA);
	sd_context_finish();
	for (;;)
		wfi();
}
