/* A clean descriptor is taken away by an exchange, or by a plain store; a store to the page follows without a DSB.
 *
 * machine: arm64
 * variant: up PASS --cpu-features haf,hafdbs
 * variant: plain FAIL assertion --cpu-features haf,hafdbs
 * variant: mp PASS --cpu-features haf,hafdbs --cpus 2 -D SECOND_CPU
 *
 * A store has to make the descriptor dirty by an atomic update (R_PQJJR), which cannot lie between the exchange's load and store:
 * so it lies before both, and what was read is dirty, or behind them, and there is nothing to make dirty (up, mp). plain: it can
 * lie between load and store, and is lost.
 */
#include "tables.h"
#define CLEAN (USER_PAGE | PTE_RDONLY | PTE_DBM | PTE_UXN)
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
	pte_t old;
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), CLEAN);
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on_with(root, 1, TCR_EL1_HA | TCR_EL1_HD);
	if (VARIANT(plain)) {
		old = *(volatile pte_t *)pte;
		set_pte(pte, 0);
	} else
		old = __atomic_exchange_n(pte, 0ul, __ATOMIC_RELAXED);
	user_store(VA, 5);
	
	sd_assert(!(old & PTE_RDONLY));
	sd_context_finish();
	for (;;)
		wfi();
}
