/* AP[1] = 0 and UXN = 0: EL0 may execute the page and not read it.
 * machine: arm64
 * variant: fetch PASS
 * variant: load PASS
 * variant: taken FAIL revoked-translation
 */
#include "tables.h"
static void abort_handler(unsigned long esr, unsigned long u){(void)esr;(void)u;
	sd_assert(!VARIANT(fetch));
	sd_context_finish(); for(;;) wfi();}
SCENARIO {
	pte_t *root = new_table(), *pte;
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE & ~PTE_USER);
	translation_on(root, 1);
	if (VARIANT(load)) { user_load(VA); sd_assert(0); }
	if (VARIANT(fetch)) { user_fetch(VA); sd_cover("fetched"); return; }
	set_pte(pte, 0);
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_fetch(VA);
}
