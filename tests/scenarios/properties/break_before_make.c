/* break-before-make: an entry is changed to another page, with and without being invalid in between.
 *
 * machine: arm64
 * variant: direct        FAIL break-before-make
 * variant: no-dsb        FAIL break-before-make
 * variant: broken        PASS
 * variant: rights        PASS
 *
 * direct: both pages may be written, and both translations may be cached at once.
 * no-dsb: invalid and TLBI in between, but nothing waits for the TLBI: the old translation may be there still.
 * broken: invalid; DSB ISHST; TLBI; DSB ISH; then the new page.
 * rights: the same page, read-only: no change of those that need it.
 */
#include "../arm64/tables.h"

SCENARIO
{
	pte_t *root = new_table(), *pte = map(root, VA, frame(1), USER_PAGE);

	translation_on(root, 1);
	if (VARIANT(broken) || VARIANT(no_dsb)) {
		set_pte(pte, 0);
		dsb(ishst);
		tlbi(VAE1IS, tlbi_va(VA, 1));
		if (VARIANT(broken))
			dsb(ish);
	}
	set_pte(pte, VARIANT(rights) ? frame(1) | USER_READONLY : frame(2) | USER_PAGE);
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_assert(user_load(VA) == (VARIANT(rights) ? 1 : 2));
	sd_context_finish();
}
