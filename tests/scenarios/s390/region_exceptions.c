/* The program interruption of an address behind the end of a region table.
 *
 * machine: s390x
 * variant: length     PASS
 * variant: asce-type  PASS
 * variant: below      PASS
 *
 * length: a region-third table of 512 entries (TL 0), the address needs the 513th: region-third-translation exception (0x3b);
 *   below: the same below a region-second entry with TL 0. asce-type: a region-third table maps 2^42 bytes: ASCE-type
 *   exception (0x38). No entry is fetched, so no entry's TT can be wrong (PoP, chapter 3, "Lookup in a table designated by an
 *   ASCE"; "Region-table lookup").
 */
#include "tables.h"

static unsigned long expected;
static entry_t region2[512] __attribute__((aligned(4096))) = {
	[0 ... 511] = _REGION_ENTRY_INVALID | S390_ASCE_TYPE_REGION2,
};

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == expected);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	sd_set_vector(S390_VECTOR_PGM, program_check);
	region2[0] = (unsigned long)region_table | S390_ASCE_TYPE_REGION2;
	lctlg(CR_PRIMARY, VARIANT(below) ? (unsigned long)region2 | S390_ASCE_TYPE_REGION2
					 : (unsigned long)region_table | S390_ASCE_TYPE_REGION3);
	expected = VARIANT(asce_type) ? S390_PGM_ASCE_TYPE : S390_PGM_REGION_THIRD;
	user_load(VARIANT(asce_type) ? 1ul << 42 : 512ul << 31);
	sd_assert(!"nothing is there");
}
