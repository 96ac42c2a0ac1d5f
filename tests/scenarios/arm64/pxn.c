/* What EL1 may execute is PXN's, not UXN's, also for revoked-translation.
 *
 * machine: arm64
 * variant: stale FAIL revoked-translation
 * variant: flushed PASS
 * variant: text PASS
 * variant: uxn-stale FAIL revoked-translation
 *
 * stale: PXN is set without a TLBI; EL1 still executes the page. flushed: with. text: kernel text (UXN = 1, PXN = 0) becomes
 * read-only, completely; EL1 goes on executing it, which was never taken away. uxn-stale: the same as stale for EL0. */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_PERMISSION | 3));
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), VARIANT(text) ? KERNEL_PAGE : USER_READONLY);
	translation_on(root, 1);
	set_pte(pte, *pte | (VARIANT(text) ? PTE_RDONLY : VARIANT(uxn_stale) ? PTE_UXN : PTE_PXN));
	dsb(ishst);
	if (VARIANT(flushed) || VARIANT(text))
		tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	if (VARIANT(uxn_stale))
		user_fetch(VA);
	else
		kernel_fetch(VA);
}
