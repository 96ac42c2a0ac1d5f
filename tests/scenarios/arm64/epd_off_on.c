/* EPD0 is set while translation is off for a moment. It stops walks; what is cached under the ASID can still be used.
 *
 * machine: arm64
 * variant: epd UNSUPPORTED
 * variant: no-epd FAIL revoked-translation
 *
 * no-epd: what was cached before is used after translation is on again, though the entry has gone: nobody flushed
 * (R_NDCMB). epd: the same would hold; not modelled, so refused, for something may be cached.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert((ESR_FSC(esr) & 0x3c) == ESR_FSC_TRANSLATION);
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
	sd_assert(user_load(VA) == 1);
	write_sysreg(0, sctlr_el1);
	isb();
	if (VARIANT(epd))
		write_sysreg(new_table(), ttbr1_el1), write_sysreg(1ul << 7, tcr_el1);
	set_pte(pte, 0);
	dsb(ish);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	sd_revoked((unsigned long)root, VA);
	kernel_load(VA);
}
