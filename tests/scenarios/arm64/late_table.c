/* A level 2 entry changes; DSB, TLBI, DSB, but no ISB: the walk of the next load may have been begun before.
 *
 * machine: arm64
 * variant: level      FAIL assertion
 * variant: level      FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: level-isb  PASS
 * variant: level      PASS            --cpu-features ets2
 * variant: other      FAIL assertion
 * variant: other-isb  PASS
 * variant: other      PASS            --cpu-features ets2
 *
 * level: it led to a table whose entry for the page is invalid, and is cleared: the load faults, and may say level 3, as the
 * older walk would, for 2. other: it leads to another table, cleared and invalidated before, where the page is mapped; the load
 * may still fault as in the first. DSB orders no walk (Arm ARM, B2.3, DSB-ordered-before excludes Implicit TTD effects unless
 * there is FEAT_ETS2), and that is as true of a fault two levels below as of one in the entry that changes.
 */
#include "tables.h"

static pte_t *root;

#define OTHER (VARIANT(other) || VARIANT(other_isb))

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(!OTHER && ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 2));
	sd_cover("ended");
	sd_context_finish();
	for (;;)
		wfi();
}

static void change(pte_t *pmd, pte_t value)
{
	set_pte(pmd, value);
	dsb(ish);
	tlbi(VMALLE1IS, 0);
	dsb(ish);
}

SCENARIO
{
	pte_t *pmd, *table = new_table();

	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	*map(root, VA, frame(1), USER_PAGE) = 0;
	pmd = entry(root, 2, VA);
	table[entry_index(1, VA)] = frame(1) | USER_PAGE;
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on(root, 1);
	change(pmd, 0);
	if (OTHER) {
		set_pte(pmd, (unsigned long)table | TABLE_FLAGS);
		dsb(ish);
	}
	if (VARIANT(level_isb) || VARIANT(other_isb))
		isb();
	kernel_load(VA);
	sd_assert(OTHER);
	sd_cover("ended");
	sd_context_finish();
	for (;;)
		wfi();
}
