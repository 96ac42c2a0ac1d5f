/* The shareability of a valid entry changes without break-before-make; or its memory type, with everything else equal.
 *
 * machine: arm64
 * variant: type FAIL break-before-make
 * variant: shareability FAIL break-before-make
 *
 * R_WHZWS (Arm ARM, D8.17.1) names both: a change to the memory type, shareability or cacheability.
 */
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table(), *pte;

	pte = map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	set_pte(pte, frame(1) | USER_PAGE | (VARIANT(type) ? PTE_ATTRINDX(1) : PTE_SHARED));
	dsb(ish);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_assert(user_load(VA) == 1);
}
