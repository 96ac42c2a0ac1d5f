/* A table below an entry that is not modelled: a common segment, a region-table entry with TF or P.
 *
 * machine: s390x
 * cpus: 2
 * variant: plain         FAIL attach-rule
 * variant: common        UNSUPPORTED
 * variant: offset        UNSUPPORTED
 * variant: protect       UNSUPPORTED
 * variant: freed         FAIL freed-page "page-table page"
 * variant: freed-common  UNSUPPORTED
 * variant: not-loaded    PASS
 *
 * CPU 1 has the ASCE loaded. CPU 0 changes the valid page-table entry for HIGH by a store (plain: the attach rule), or frees
 * the page table (freed: CPU 1 may cache the segment-table entry, and walk). A common segment, TF (the table starts at its
 * first quarter all the same: TF = 1 says that the second is the first one that is there, and HIGH lies in the second) and P
 * change nothing about what a walk may come upon (PoP, chapter 3, "Translation Tables"), though no access here goes through
 * such an entry: what may be walked below it is not known, so nothing but UNSUPPORTED is right. not-loaded: a table with a
 * common segment that no ASCE loaded leads to. Nobody walks it.
 */
#include "tables.h"

#define HIGH (600 * SEGMENT_SIZE) /* entry 600 of a segment table: behind the first quarter */

static entry_t segments[2048] __attribute__((aligned(4096))) = { [0 ... 2047] = _SEGMENT_ENTRY_INVALID };
static entry_t *pte;
static unsigned long attached;

static void cpu1(void *unused)
{
	(void)unused;
	lctlg(CR_PRIMARY, (unsigned long)region_table | S390_ASCE_TYPE_REGION3);
	__atomic_store_n(&attached, 1ul, __ATOMIC_RELEASE);
	if (!VARIANT(protect) && !VARIANT(offset))
		sd_assert(user_load((1ul << 31) + OTHER) == 2);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	entry_t *root = new_root();
	unsigned long flags = S390_ASCE_TYPE_REGION3 | 3;

	if (VARIANT(offset))
		flags |= 0x40;
	if (VARIANT(protect))
		flags |= 0x200;
	segments[600] = (unsigned long)page_tables[3];
	pte = &page_tables[3][0];
	*pte = frame(1);
	map(root, OTHER, frame(2), 0);
	if (VARIANT(common) || VARIANT(freed_common) || VARIANT(not_loaded))
		segments[600] |= 0x10;
	if (!VARIANT(not_loaded))
		region_table[0] = (unsigned long)segments | flags;
	region_table[1] = (unsigned long)root | S390_ASCE_TYPE_REGION3;
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(freed) || VARIANT(freed_common))
		sd_page_freed((unsigned long)page_tables[3] & ~4095ul);
	else
		set_entry(pte, *pte | _PAGE_INVALID);
}
