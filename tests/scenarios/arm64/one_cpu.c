/* One CPU: a store to a table without a DSB before the TLBI, or before the access.
 * machine: arm64
 * variant: full PASS
 * variant: no-dsb-before FAIL revoked-translation
 * variant: map PASS
 * variant: map-no-dsb FAIL assertion
 */
#include "tables.h"
static void abort_handler(unsigned long esr, unsigned long u){(void)esr;(void)u;
	sd_assert(!VARIANT(map) && !VARIANT(map_no_dsb));
	sd_context_finish(); for(;;) wfi();}
SCENARIO {
	pte_t *root = new_table(), *pte;
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	if (VARIANT(map) || VARIANT(map_no_dsb)) {
		set_pte(pte, 0);
		dsb(ish);
		translation_on(root, 1);
		set_pte(pte, frame(1) | USER_PAGE);
		if (VARIANT(map)) dsb(ishst);
		isb();
		kernel_load(VA);
		return;
	}
	translation_on(root, 1);
	set_pte(pte, 0);
	if (!VARIANT(no_dsb_before)) dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_load(VA);
}
