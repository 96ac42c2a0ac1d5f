/* The last page of the address space.
 *
 * machine: arm64
 * variant: last PASS
 * variant: before PASS
 *
 * Nothing lies behind last, so its end is address 0: a TLBI for it must find it all the same. before: the page below.
 */
#include "tables.h"

#define AT (VARIANT(last) ? 0xfffffffffffff000ul : 0xffffffffffffe000ul)

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)u;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_cover("gone");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, AT, frame(1), KERNEL_PAGE);
	dsb(ishst);
	write_sysreg(root, ttbr1_el1);
	write_sysreg(1ul << 7, tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	sd_assert(kernel_load(AT) == 1);
	set_pte(pte, 0);
	dsb(ishst);
	tlbi(VAAE1IS, tlbi_va(AT, 0));
	dsb(ish);
	isb();
	sd_revoked_everywhere((unsigned long)root, AT);
	kernel_load(AT);
}
