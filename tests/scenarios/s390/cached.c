/* What one CPU may go on using after it has changed an entry that it alone uses: the entry held frame 1, holds frame 2, and
 * the access must not find frame 1.
 *
 * machine: s390x
 * variant: nothing          FAIL assertion
 * variant: ptlb             PASS
 * variant: reload           FAIL assertion
 * variant: other-asce       PASS
 * variant: secondary        FAIL assertion
 * variant: secondary-off    PASS
 * variant: ipte             PASS
 * variant: ipte-local       PASS              --cpu-features idte,lc,crdte
 * variant: ipte-no-lc       UNSUPPORTED
 * variant: ipte-next        FAIL assertion
 * variant: ipte-table       FAIL assertion
 * variant: idte             PASS
 * variant: idte-other       FAIL assertion
 * variant: idte-asce        PASS
 * variant: idte-asce-local  PASS              --cpu-features idte,lc,crdte
 * variant: idte-asce-other  FAIL assertion
 * variant: idte-missing     PASS                --cpu-features none
 * variant: idte-several     UNSUPPORTED
 * variant: csp              PASS
 * variant: csp-unequal      FAIL assertion
 * variant: csp-word         PASS
 * variant: crdte            PASS              --cpu-features idte,lc,crdte
 * variant: crdte-unequal    FAIL assertion    --cpu-features idte,lc,crdte
 * variant: crdte-segment    PASS              --cpu-features idte,lc,crdte
 * variant: crdte-asce       PASS              --cpu-features idte,lc,crdte
 * variant: crdte-asce-other FAIL assertion    --cpu-features idte,lc,crdte
 * variant: crdte-missing    PASS
 *
 * nothing, reload: LCTLG removes nothing, also of the ASCE that it loads. other-asce: the same address under another ASCE
 *   uses nothing of the first. secondary: no access goes through CR7, yet translations are made with it; secondary-off: it
 *   is not loaded while the entry holds frame 1.
 * ipte-next, ipte-table: another entry of the page table, the same place in another page table; they hold frame 1 too, so that
 *   nothing but the place tells them apart. idte: the segment's entry. idte-other: another segment's. idte-asce-other: another
 *   ASCE's.
 * csp-unequal, crdte-unequal: without the exchange nothing is removed, and nothing changes. csp-word: 4 bytes, the lower
 *   half of the entry. crdte-asce-other: only what was made with another ASCE has to go.
 * idte-missing, crdte-missing: operation exception.
 */
#include "tables.h"

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == S390_PGM_OPERATION);
	sd_assert(VARIANT(idte_missing) ? !cpu_has(S390_HAS_IDTE) : VARIANT(crdte_missing) && !cpu_has(S390_HAS_CRDTE));
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	entry_t *root = new_root(), *other = new_root(), *pte = map(root, VA, frame(1), 0);
	const unsigned long two = frame(2);
	unsigned seen = 1;

	map(root, NEXT, frame(VARIANT(ipte_next) ? 1 : 3), 0);
	map(root, OTHER, frame(VARIANT(ipte_table) ? 1 : 3), 0);
	map(other, VA, frame(2), 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	if (VARIANT(secondary))
		lctlg(CR_SECONDARY, asce(root));
	else if (!VARIANT(secondary_off))
		lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(other_asce)) {
		lctlg(CR_PRIMARY, asce(other));
		sd_assert(user_load(VA) == 2);
		return;
	}

	if (VARIANT(csp))
		seen = (unsigned)cspg(pte, *pte, two);
	else if (VARIANT(csp_word))
		seen = (unsigned)csp((unsigned *)pte + 1, (unsigned)*pte, (unsigned)two);
	else if (VARIANT(crdte))
		seen = (unsigned)crdte(*pte, two, (unsigned long)page_table(root, VA) | S390_CRDTE_PAGE, VA, 0);
	else if (VARIANT(crdte_asce))
		seen = (unsigned)crdte(*pte, two, page_table(root, VA), VA, asce(root));
	else if (VARIANT(crdte_asce_other))
		seen = (unsigned)crdte(*pte, two, page_table(root, VA), VA, asce(other));
	else if (VARIANT(ipte))
		ipte(page_table(root, VA), VA);
	else if (VARIANT(ipte_local) || VARIANT(ipte_no_lc))
		ipte_local(page_table(root, VA), VA);
	else if (!VARIANT(crdte_missing))
		set_entry(pte, two);
	sd_assert(seen == 1);
	if (VARIANT(ipte) || VARIANT(ipte_local)) {
		sd_assert(*pte == ((unsigned long)frames[1] | _PAGE_INVALID));
		set_entry(pte, two);
	}
	if (VARIANT(secondary) || VARIANT(secondary_off) || VARIANT(reload))
		lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(ptlb))
		ptlb();
	if (VARIANT(ipte_next))
		ipte(page_table(root, VA), NEXT);
	if (VARIANT(ipte_table))
		ipte(page_table(root, OTHER), OTHER);
	if (VARIANT(idte)) {
		const entry_t before = *segment_entry(root, VA);

		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, VA);
		sd_assert(*segment_entry(root, VA) == (before | _SEGMENT_ENTRY_INVALID));
		set_entry(segment_entry(root, VA), before);
	}
	if (VARIANT(idte_other))
		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, OTHER);
	if (VARIANT(idte_several))
		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, VA | 1);
	if (VARIANT(idte_asce) || VARIANT(idte_missing))
		idte_asce(asce(root));
	if (VARIANT(idte_asce_local))
		idte_asce_local(asce(root));
	if (VARIANT(idte_asce_other))
		idte_asce(asce(other));
	if (VARIANT(csp_unequal)) {
		seen = (unsigned)cspg(pte, 5ul, 7ul);
		sd_assert(seen == 0 && *pte == two);
	}
	if (VARIANT(crdte_unequal) || VARIANT(crdte_missing)) {
		seen = (unsigned)crdte(5ul, 7ul, page_table(root, VA), VA, 0);
		sd_assert(seen == 0 && *pte == two);
	}
	if (VARIANT(crdte_segment)) {
		const entry_t before = *segment_entry(root, VA);

		sd_assert(crdte(before, before, (unsigned long)root | S390_CRDTE_SEGMENT, VA, 0) == 1);
	}
	sd_assert(user_load(VA) == 2 && !VARIANT(idte_missing) && !VARIANT(crdte_missing));
}
