/* APTable or UXNTable of a valid table descriptor changes. The field belongs to everything below, so the architecture wants
 * break-before-make with TLB maintenance of all levels (Arm ARM, D8.4.1, I_YQWJF, and below I_NYWHQ).
 *
 * machine: arm64
 * variant: ap FAIL break-before-make
 * variant: uxn FAIL break-before-make
 * variant: broken PASS
 *
 * broken: invalid in between, with a TLBI and both DSBs.
 */
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table(), *pmd, old;

	map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	pmd = entry(root, 2, VA);
	old = *pmd;
	if (VARIANT(broken)) {
		set_pte(pmd, 0);
		dsb(ishst);
		tlbi(VAE1IS, tlbi_va(VA, 1));
		dsb(ish);
	}
	set_pte(pmd, old | (VARIANT(uxn) ? 1ul << 60 : 1ul << 62));
	dsb(ishst);
	isb();
	sd_assert(user_load(VA) == 1);
}
