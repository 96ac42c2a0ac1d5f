/* 16-bit ASIDs implemented, TCR_EL1.AS = 0: 1 and 0x101 are one ASID.
 * machine: arm64
 * variant: as0 FAIL foreign-translation --cpu-features asid16
 * variant: as1 PASS --cpu-features asid16
 */
#include "tables.h"
SCENARIO {
	pte_t *a = new_table(), *b = new_table();
	map(a, VA, frame(1), USER_PAGE);
	map(b, VA, frame(2), USER_PAGE);
	dsb(ishst);
	write_sysreg((unsigned long)a | TTBR_ASID(1), ttbr0_el1);
	write_sysreg(1ul << 23 | (VARIANT(as1) ? TCR_EL1_AS : 0), tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	write_sysreg((unsigned long)b | TTBR_ASID(0x101), ttbr0_el1);
	isb();
	sd_assert(user_load(VA) == 2);
	sd_cover("loaded");
}
