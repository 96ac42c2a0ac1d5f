/* A CPU takes a translation away and then uses the address itself, at EL1: DSB, then context synchronization.
 *
 * machine: arm64
 * variant: isb        PASS
 * variant: no-isb     FAIL revoked-translation
 * variant: ets2       PASS --cpu-features asid8,tlbrange,ets2
 * variant: no-dsb     FAIL revoked-translation
 * variant: user       PASS
 * variant: undefined  FAIL architectural-fault --cpu-features asid8
 *
 * no-isb: what the TLBI removed may be used until the CPU has synchronised. ets2: with FEAT_ETS2 the DSB is enough for data.
 * no-dsb: the TLBI may not have been performed. user: a user access is behind an ERET. undefined: TLBI by range without the
 * feature, and nothing handles it.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_cover("faulted");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte = map(root, VA, frame(1), USER_PAGE);

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	translation_on(root, 1);
	set_pte(pte, 0);
	dsb(ishst);
	if (VARIANT(undefined))
		tlbi(RVAE1IS, TTBR_ASID(1) | 1ul << 46 | VA >> 12);
	else
		tlbi(VAE1IS, tlbi_va(VA, 1));
	if (!VARIANT(no_dsb))
		dsb(ish);
	if (VARIANT(isb) || VARIANT(no_dsb))
		isb();
	sd_revoked((unsigned long)root, VA);
	if (VARIANT(user))
		user_load(VA);
	else
		kernel_load(VA);
	sd_assert(0);
}
