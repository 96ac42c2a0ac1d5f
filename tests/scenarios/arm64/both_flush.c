/* CPU 1 has removed the page itself, and not synchronised; then CPU 0's TLBI of the same page completes. From then on CPU 1 may
 * not use it for data: CPU 0's TLBI and DSB are for CPU 1 what they are for every other CPU.
 * machine: arm64
 * cpus: 2
 * variant: both PASS
 * variant: only-other PASS
 */
#include "tables.h"
static pte_t *root, *pte; static unsigned long ready, gone;
static void abort_handler(unsigned long esr, unsigned long u){(void)u; sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3)); sd_cover("gone"); sd_context_finish(); for(;;) wfi();}
static void other(void *p){(void)p; translation_on(root,1);
	if (VARIANT(both)) { tlbi(VAE1IS, tlbi_va(VA, 1)); dsb(ish); }
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE)) cpu_relax();
	kernel_load(VA); sd_assert(0);}
SCENARIO {
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, other, 0, "other");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE)) cpu_relax();
	set_pte(pte, 0);
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	sd_revoked((unsigned long)root, VA);
	__atomic_store_n(&gone, 1ul, __ATOMIC_RELEASE);
	sd_context_finish(); for(;;) wfi();
}
