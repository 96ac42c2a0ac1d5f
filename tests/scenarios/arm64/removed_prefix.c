/* What a TLBI has removed may be used by its own CPU until a context synchronization event: the level 2 entry as well.
 *
 * machine: arm64
 * variant: no-isb FAIL assertion
 * variant: no-isb FAIL assertion --cpus 2 -D SECOND_CPU
 * variant: leaf-no-isb FAIL assertion
 * variant: isb PASS
 *
 * The table is detached, TLBI, DSB, and used for something else; or a page is unmapped. Without ISB the walk of the load may be
 * one that was begun before (Arm ARM, D8.17.6: for the executing CPU a context synchronization event completes it).
 */
#include "tables.h"

static pte_t *root, *pte;
static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert((ESR_FSC(esr) & ~3ul) == ESR_FSC_TRANSLATION);
	sd_cover("fault");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on(root, 1);
	set_pte(VARIANT(leaf_no_isb) ? pte : entry(root, 2, VA), 0);
	dsb(ish);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	if (VARIANT(isb))
		isb();
	set_pte(&pte[1], frame(2) | USER_PAGE); /* the table page is something else's now */
	kernel_load(VARIANT(leaf_no_isb) ? VA : NEXT);
	sd_assert(0);
}
