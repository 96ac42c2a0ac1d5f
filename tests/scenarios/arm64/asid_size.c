/* 16-bit ASIDs implemented, TCR_EL1.AS = 0: 1 and 0x101 are one ASID.
 *
 * machine: arm64
 * variant: as0 FAIL foreign-translation --cpu-features asid16
 * variant: as1 PASS --cpu-features asid16
 *
 * as0: with TCR_EL1.AS = 0 bits 15:8 of the ASID are taken to be 0 (Arm ARM, D8.16.3.2, I_BZXYN), so what was cached under
 * ASID 1 is used when the second table is loaded as 0x101. as1: all 16 bits count, and they are two ASIDs.
 */
#include "tables.h"

SCENARIO
{
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
