/* TLBI with a level hint that is wrong for the entry.
 *
 * machine: arm64
 * variant: ttl-none PASS
 * variant: ttl-3 UNSUPPORTED
 * variant: ttl-2 UNSUPPORTED
 * variant: va-ttl-3 UNSUPPORTED
 * variant: va-ttl-2 UNSUPPORTED
 *
 * A wrong hint lets the TLBI do nothing (Arm ARM, C5.5: no entry is required to go). Hints are not
 * modelled, right or wrong, so they are refused. ttl-none: no hint, and the entry goes.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_cover("gone");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;
	unsigned long r = TTBR_ASID(1) | 1ul << 46 | VA >> 12;
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	set_pte(pte, 0);
	dsb(ishst);
	if (VARIANT(ttl_none))
		tlbi(RVAE1IS, r);
	if (VARIANT(ttl_3))
		tlbi(RVAE1IS, r | 3ul << 37);
	if (VARIANT(ttl_2))
		tlbi(RVAE1IS, r | 2ul << 37);
	if (VARIANT(va_ttl_3))
		tlbi(VAE1IS, tlbi_va(VA, 1) | 7ul << 44);
	if (VARIANT(va_ttl_2))
		tlbi(VAE1IS, tlbi_va(VA, 1) | 6ul << 44);
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_load(VA);
}
