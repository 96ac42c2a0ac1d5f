/* A writable-clean page is write-protected (DBM cleared) before the TLBI. A CPU with the old entry looks the descriptor up again
 * before it marks it dirty; that does not have DBM any more, so AP[2] stays 1 and the store faults.
 *
 * machine: arm64
 * variant: write-protect PASS --cpu-features haf,hafdbs
 *
 * R_SGJBL: the update is made to the descriptor as it is then, if that still permits it.
 */
#include "tables.h"

static pte_t *pte;

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_PERMISSION | 3));
	sd_assert(*(volatile pte_t *)pte & PTE_RDONLY);
	sd_cover("faults");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table();

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE | PTE_RDONLY | PTE_DBM);
	write_sysreg((unsigned long)root | TTBR_ASID(1), ttbr0_el1);
	write_sysreg(1ul << 23 | TCR_EL1_HA | TCR_EL1_HD, tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	set_pte(pte, *pte & ~PTE_DBM);
	dsb(ishst);
	user_store(VA, 5);
	sd_assert(0);
}
