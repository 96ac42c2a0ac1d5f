/* IDTE by ASCE, and CRDTE with one, of an ASCE that is not the one loaded.
 *
 * machine: s390x
 * variant: idte        FAIL assertion
 * variant: crdte       FAIL assertion   --cpu-features idte,lc,crdte
 * variant: type        FAIL assertion
 * variant: crdte-type  FAIL assertion   --cpu-features idte,lc,crdte
 * variant: length      PASS
 *
 * Only what was made with the named ASCE has to go (PoP, chapter 10). idte, crdte: the origin differs in a bit above 2^28.
 * Another origin names another address space, wherever it lies: nothing has to be removed, and the access may find frame 1.
 * type, crdte-type: the same origin with another designation type; origin and type are compared (PoP, chapter 10, IDTE: from
 * memory; the weaker reading). length: the table length is not (likewise).
 */
#include "tables.h"

SCENARIO
{
	entry_t *root = new_root(), *pte = map(root, VA, frame(1), 0);
	const unsigned long two = frame(2);

	lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(crdte) || VARIANT(crdte_type)) {
		sd_assert(crdte(*pte, two, page_table(root, VA), VA,
				asce(root) | (VARIANT(crdte) ? 1ul << 40 : S390_ASCE_TYPE_REGION3)) == 1);
	} else {
		set_entry(pte, two);
		idte_asce(asce(root) | (VARIANT(type)	  ? S390_ASCE_TYPE_REGION3
					: VARIANT(length) ? S390_ASCE_TL(3)
							  : 1ul << 40));
	}
	sd_assert(user_load(VA) == 2);
}
