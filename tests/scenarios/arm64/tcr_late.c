/* TCR_EL1.HA and HD, like A1, count for certain only after a context synchronization event.
 *
 * machine: arm64
 * variant: ha-isb UNSUPPORTED --cpu-features haf
 * variant: ha-no-isb UNSUPPORTED --cpu-features haf
 * variant: ha-off UNSUPPORTED --cpu-features haf
 * variant: ha-on-read FAIL assertion --cpu-features haf
 *
 * ha-no-isb: HA was just written, so the load may take an access flag fault. ha-off: HA was on, with an entry whose AF is 0 below
 * the loaded root, so the hardware may have set AF before HA was cleared: AF = 0 must not be relied on. ha-on-read: the same,
 * read while HA is on. A change while translation is on is refused, with an ISB too: these bits may be cached with what is
 * translated.
 */
#include "tables.h"

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_assert(0);
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), (USER_PAGE & ~PTE_AF) | PTE_RDONLY);
	dsb(ish);
	if (VARIANT(ha_off) || VARIANT(ha_on_read)) {
		write_sysreg((unsigned long)root | TTBR_ASID(1), ttbr0_el1);
		write_sysreg(1ul << 23 | TCR_EL1_HA, tcr_el1);
		isb();
		write_sysreg(SCTLR_EL1_M, sctlr_el1);
		isb();
		if (VARIANT(ha_off)) {
			write_sysreg(1ul << 23, tcr_el1);
			isb();
		}
		sd_assert(!(*(volatile pte_t *)pte & PTE_AF));
		return;
	}
	translation_on(root, 1);
	write_sysreg(1ul << 23 | TCR_EL1_HA, tcr_el1);
	if (VARIANT(ha_isb))
		isb();
	sd_assert(kernel_load(VA) == 1);
	sd_cover("loaded");
}
