/* A section's descriptor has changed, its old translation is still cached, and one page of the old section is freed.
 *
 * machine: armv5
 * variant: other   PASS
 * variant: same    FAIL freed-page
 * variant: again   FAIL freed-page
 * variant: flush   PASS
 *
 * other: the access reaches another page of the section, which nobody has freed; nothing was promised of its address.
 * same, again: it reaches the page that was freed, free still or given out again since: what is there is not what the translation
 *   was made for.
 * flush: the old translation is gone before the page is freed.
 */
#include "tables.h"

SCENARIO
{
	desc_t *root = new_root();
	const unsigned long freed = (unsigned long)big + PAGE_SIZE;

	*first(root, SECTION_VA) = (unsigned long)big | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE);
	translation_on(root);
	set_desc(first(root, SECTION_VA), ((unsigned long)big + SECTION_SIZE) | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE));
	if (VARIANT(flush))
		mcr_tlb_invalidate_mva(SECTION_VA);
	sd_page_freed(freed);
	if (VARIANT(again))
		sd_page_in_use(freed);
	user_load(VARIANT(other) ? SECTION_VA : SECTION_VA + PAGE_SIZE);
}
