/* One CPU, hafdbs: the table is detached (level 2 entry cleared), no DSB yet; a store through it makes its descriptor dirty.
 *
 * machine: arm64
 * variant: up PASS --cpu-features haf,hafdbs
 * variant: mp PASS --cpu-features haf,hafdbs --cpus 2 -D SECOND_CPU
 *
 * The walk may still go through the cleared entry. The page's descriptor is what memory has, so the store has to make it dirty
 * there (Arm ARM, D8.5, hardware management of dirty state; R_PQJJR), or fault.
 */
#include "tables.h"
#define CLEAN (USER_PAGE | PTE_RDONLY | PTE_DBM | PTE_UXN)
static pte_t *root, *pte;
static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_cover("fault");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), CLEAN);
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on_with(root, 1, TCR_EL1_HA | TCR_EL1_HD);
	set_pte(entry(root, 2, VA), 0);
	kernel_store(VA, 5);
	sd_cover("stored");
	dsb(ish);
	tlbi(VMALLE1IS, 0);
	dsb(ish);
	isb();
	sd_assert(!(*(volatile pte_t *)pte & PTE_RDONLY));
	sd_context_finish();
	for (;;)
		wfi();
}
