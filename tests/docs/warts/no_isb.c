/* less: no-isb should FAIL assertion without ets2.
 *
 * A kernel entry becomes valid; DSB ISHST, but no ISB: without FEAT_ETS2 the access behind it may fault (Arm ARM, B2.6.9).
 *
 * machine: arm64
 * cpus: 2
 * variant: isb PASS
 * variant: no-isb PASS --cpu-features none
 * variant: no-isb PASS --cpu-features ets2
 * variant: no-dsb FAIL assertion
 */
#include "../../scenarios/arm64/tables.h"
static pte_t *root;
static void abort_handler(unsigned long esr, unsigned long u){(void)esr;(void)u; sd_assert(0);}
static void other(void *p){(void)p; translation_on(root,1); sd_context_finish(); for(;;) wfi();}
SCENARIO {
	pte_t *pte;
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = entry(root, 1, VA);
	sd_cpu_start(1, other, 0, "other");
	translation_on(root, 1);
	set_pte(pte, frame(1) | KERNEL_PAGE);
	if (!VARIANT(no_dsb)) dsb(ishst);
	if (VARIANT(isb)) isb();
	kernel_load(VA);
	sd_cover("loaded");
	sd_context_finish(); for(;;) wfi();
}
