/* A page is mapped by a descriptor with the Contiguous bit, and taken away without a TLBI before anybody accesses it.
 *
 * machine: arm64
 * variant: plain FAIL revoked-translation
 * variant: cont  UNSUPPORTED
 * variant: neighbour UNSUPPORTED
 * variant: global UNSUPPORTED
 *
 * plain: without the bit; no TLBI, so the page is used. cont, neighbour: the bit lets one translation be cached for sixteen
 * descriptors, also for that of NEXT, which has no such bit: not modelled, so refused once it may be cached. global: a
 * global one counts under every ASID.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), (USER_PAGE & ~(VARIANT(global) ? PTE_NG : 0)) | (VARIANT(plain) ? 0 : PTE_CONT));
	if (VARIANT(neighbour))
		map(root, NEXT, frame(2), USER_PAGE);
	translation_on(root, 1);
	if (VARIANT(neighbour)) {
		user_load(NEXT);
		return;
	}
	set_pte(pte, 0);
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_load(VA);
}
