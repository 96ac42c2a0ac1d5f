/* A range TLBI whose level hint is wrong for a block: the level 1 entry above it may stay.
 *
 * machine: arm64
 * variant: wrong FAIL assertion --cpu-features asid8,tlbrange,ttl
 * variant: right PASS --cpu-features asid8,tlbrange,ttl
 *
 * The level 1 entry is cleared, and its table then used for something else. right: entries above the hint's level go, so nothing
 * leads into that table (C5.5, TTL). wrong: no entry has to go (R_SQXYZ).
 */
#include "tables.h"

static unsigned long big[512] __attribute__((aligned(0x200000)));
#define VA2 (VA + 0x200000)
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
	pte_t *root = new_table(), *t2;
	unsigned long hint = VARIANT(wrong) ? 3 : 2;
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	t2 = entry(root, 2, VA);
	*t2 = (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE);
	translation_on(root, 1);
	set_pte(entry(root, 3, VA), 0);
	dsb(ishst);
	tlbi(RVAE1IS, TTBR_ASID(1) | 1ul << 46 | hint << 37 | VA >> 12);
	dsb(ish);
	isb();
	/* the table is something else's now */
	set_pte(&t2[1], (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE));
	dsb(ish);
	isb();
	sd_cover("end");
	kernel_load(VA2);
	sd_assert(0);
}
