/* After a switch without an invalidation, an access that a translation of the old table and one of the new table would both let
 * through to the same page. Nobody can tell which was used, so it counts as the new table's own.
 *
 * machine: armv5
 * variant: own       PASS
 * variant: section   PASS
 * variant: never     FAIL foreign-translation
 * variant: rights    FAIL foreign-translation
 * variant: removed   PASS
 *
 * own: the new table has led to frame 1 for a moment, with more rights than the old one gave, and leads to frame 2 since: what was
 *   cached in that moment may still be used.
 * section: the new table did so by a section.
 * never: it has never led to frame 1.
 * rights: it did, without the right to write, and the access is a store: only the old translation lets it through to frame 1 (the
 *   one without the right aborts, and the store is made again).
 * removed: all translations of that address were removed after the switch.
 */
#include "tables.h"

static void aborted(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
}

SCENARIO
{
	desc_t *root = new_root(), *other = new_root(), *pte;
	const unsigned long one = (unsigned long)big, two = frame(2);

	sd_set_vector(ARM_VECTOR_DATA_ABORT, aborted);
	map(root, VA, one, VARIANT(rights) ? USER_PAGE : USER_READONLY);
	pte = map(other, VA, two, USER_PAGE);
	translation_on(root);
	mcr_ttbr(other);
	if (VARIANT(section)) {
		const desc_t coarse_one = *first(other, VA);

		set_desc(first(other, VA), one | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE));
		set_desc(first(other, VA), coarse_one);
	} else if (!VARIANT(never)) {
		set_desc(pte, one | (VARIANT(rights) ? USER_READONLY : USER_PAGE));
		set_desc(pte, two | USER_PAGE);
	}
	if (VARIANT(removed))
		mcr_tlb_invalidate_mva(VA);
	if (VARIANT(rights))
		user_store(VA, 1);
	else
		user_load(VA);
}
