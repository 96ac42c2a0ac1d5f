/* What tables say, and the program interruption that an access takes. One CPU; the handler checks the interruption code and
 * the address, and ends the scenario.
 *
 * machine: s390x
 * variant: mapped           PASS
 * variant: page             PASS
 * variant: page-was-valid   FAIL assertion
 * variant: segment          PASS
 * variant: zero             FAIL memory-fault translation
 * variant: zero-segment     FAIL memory-fault "page table"
 * variant: length           PASS
 * variant: region           PASS
 * variant: region-length    PASS
 * variant: region-invalid   PASS
 * variant: asce-type        PASS
 * variant: table-type       PASS
 * variant: zero-bit         PASS
 * variant: protected        PASS
 * variant: protected-load   PASS
 * variant: protected-segment PASS
 * variant: home             PASS
 * variant: no-home          UNSUPPORTED
 * variant: large            UNSUPPORTED
 * variant: large-before     UNSUPPORTED
 * variant: offset           UNSUPPORTED
 * variant: real-space       UNSUPPORTED
 *
 * page, segment: I is set: page translation, segment translation (PoP, chapter 6). page-was-valid: I was clear a moment ago,
 *   and nothing has been removed: the access may succeed. zero: an entry of zeros is valid and maps the page at 0, where
 *   there is no memory; zero-segment: the page table would lie there.
 * length: the segment table has 512 entries, the address needs the 513th, which the next table happens to hold.
 *   region-length: the same below a region-third table whose entry says TL 0. asce-type: a segment table maps 2 GiB at most.
 * table-type: an entry of a region-third table with the TT of a segment table. zero-bit: bit 52 of a page-table entry.
 * protected: P of page or segment forbids stores, not loads.
 * home: kernel accesses go through CR13. large: FC; large-before: FC until a moment ago, so a large page may be cached.
 */
#include "tables.h"

static entry_t *root;
static unsigned long expected;

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == expected);
	sd_assert(__sd_s390_teid() == ((VARIANT(length) || VARIANT(region_length)) ? 512 * SEGMENT_SIZE
				       : VARIANT(asce_type)			  ? 1ul << 31
										  : VA));
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	unsigned long address = VA;
	entry_t *pte;

	root = new_root();
	pte = map(root, VA, frame(1), 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	if (VARIANT(page)) {
		*pte |= _PAGE_INVALID;
		expected = S390_PGM_PAGE_TRANSLATION;
	}
	if (VARIANT(segment)) {
		*segment_entry(root, VA) |= _SEGMENT_ENTRY_INVALID;
		expected = S390_PGM_SEGMENT_TRANSLATION;
	}
	if (VARIANT(zero))
		*pte = 0;
	if (VARIANT(zero_segment))
		*segment_entry(root, VA) = 0;
	if (VARIANT(length) || VARIANT(region_length)) {
		map(new_root(), 0, frame(2), 0);
		address = 512 * SEGMENT_SIZE;
		expected = S390_PGM_SEGMENT_TRANSLATION;
	}
	if (VARIANT(asce_type)) {
		address = 1ul << 31;
		expected = S390_PGM_ASCE_TYPE;
	}
	if (VARIANT(zero_bit)) {
		*pte |= 0x800;
		expected = S390_PGM_TRANSLATION_SPECIFICATION;
	}
	if (VARIANT(protected) || VARIANT(protected_load))
		*pte |= _PAGE_PROTECT;
	if (VARIANT(protected_segment))
		*segment_entry(root, VA) |= _SEGMENT_ENTRY_PROTECT;
	if (VARIANT(protected) || VARIANT(protected_segment))
		expected = S390_PGM_PROTECTION;
	if (VARIANT(large) || VARIANT(large_before))
		*segment_entry(root, VA) |= 0x400;

	if (VARIANT(region) || VARIANT(region_length) || VARIANT(region_invalid) || VARIANT(table_type) || VARIANT(offset)) {
		region_table[0] = (unsigned long)root | S390_ASCE_TYPE_REGION3;
		if (VARIANT(region_invalid)) {
			region_table[0] |= _REGION_ENTRY_INVALID;
			expected = S390_PGM_REGION_THIRD;
		}
		if (VARIANT(table_type)) {
			region_table[0] = (unsigned long)root;
			expected = S390_PGM_TRANSLATION_SPECIFICATION;
		}
		if (VARIANT(offset))
			region_table[0] |= 0x40;
		lctlg(CR_PRIMARY, (unsigned long)region_table | S390_ASCE_TYPE_REGION3);
	} else {
		lctlg(CR_PRIMARY, asce(root) | (VARIANT(real_space) ? 0x20 : 0));
	}
	sd_assert((stctg(CR_PRIMARY) & S390_ASCE_ORIGIN) != 0);

	if (VARIANT(large_before))
		set_entry(segment_entry(root, VA), *segment_entry(root, VA) & ~0x400ul);
	if (VARIANT(page_was_valid)) {
		set_entry(pte, *pte | _PAGE_INVALID);
		expected = S390_PGM_PAGE_TRANSLATION;
	}
	if (VARIANT(home)) {
		entry_t *kernel = new_root();

		map(kernel, VA, frame(2), 0);
		lctlg(CR_HOME, asce(kernel));
		sd_assert(kernel_load(VA) == 2);
	}
	if (VARIANT(no_home))
		kernel_load(VA);
	if (VARIANT(protected) || VARIANT(protected_segment))
		user_store(address, 5);
	else
		sd_assert(user_load(address) == 1 && !VARIANT(page_was_valid));
	sd_assert(expected == 0);
}
