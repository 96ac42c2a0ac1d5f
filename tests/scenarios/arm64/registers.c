/* Writes to TTBR0_EL1, TTBR1_EL1 and TCR_EL1: when they count, and what ASID goes with them.
 *
 * machine: arm64
 * variant: no-isb        FAIL foreign-translation
 * variant: isb           PASS
 * variant: eret          PASS
 * variant: exception     PASS
 * variant: user          PASS
 * variant: same-asid     FAIL foreign-translation
 * variant: same-asid-later FAIL foreign-translation
 * variant: other-asid    PASS
 * variant: a1            PASS
 * variant: pairing       FAIL foreign-translation
 * variant: reserved      PASS
 * variant: width         FAIL foreign-translation
 * variant: epd           PASS
 *
 * Two tables map VA, A to frame 1 and B to frame 2. The CPU goes from A to B and loads from VA, as the kernel does, which is
 * no synchronization; what it must find is B's.
 * no-isb: the old table may be in use still, though it is not the one loaded. isb, eret, exception (the load is the
 *   handler's): one context synchronization event each. user: a user access comes behind an ERET.
 * same-asid: what was cached from A stays, and is B's by its ASID; same-asid-later: also with an empty table in between.
 *   other-asid: it is not.
 * a1: with TCR_EL1.A1 the ASID is TTBR1's, and that changes.
 * pairing: A1, table and ASID are written without a synchronization in between: A may be walked under B's ASID.
 * reserved: an empty table in between, each write synchronised: nothing of A under B's ASID.
 * width: ASIDs 1 and 0x101 are one with 8 bits.
 * epd: TCR_EL1.EPD0: no walk begins at TTBR0, so the load faults.
 */
#include "tables.h"

static pte_t *a, *b, *reserved, *kernel;

static void expect_new(void)
{
	sd_assert(kernel_load(VA) == 2 && !VARIANT(epd));
	sd_cover("loaded");
}

static void interrupt(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	expect_new();
	sd_context_finish();
	for (;;)
		wfi();
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(VARIANT(epd) && ESR_EL1_EC(esr) == ESR_EC_DATA_ABORT_EL1);
	sd_cover("loaded");
	sd_context_finish();
	for (;;)
		wfi();
}

#define A1 (VARIANT(a1) || VARIANT(pairing) || VARIANT(reserved))

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(9, interrupt);
	a = new_table();
	b = new_table();
	reserved = new_table();
	kernel = new_table();
	map(a, VA, frame(1), USER_PAGE);
	map(b, VA, frame(2), USER_PAGE);
	dsb(ishst);
	write_sysreg((unsigned long)kernel | (A1 ? TTBR_ASID(1) : 0), ttbr1_el1);
	write_sysreg((unsigned long)a | (A1 ? 0 : TTBR_ASID(1)), ttbr0_el1);
	write_sysreg((A1 ? TCR_EL1_A1 : 0) | (VARIANT(epd) ? 1ul << 7 : 0), tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	if (VARIANT(a1)) {
		write_sysreg((unsigned long)kernel | TTBR_ASID(2), ttbr1_el1);
		isb();
		/* A may have been walked under ASID 2 by now; ASID 3 is B's alone, once A is not loaded any more. */
		write_sysreg((unsigned long)reserved, ttbr0_el1);
		isb();
		write_sysreg((unsigned long)kernel | TTBR_ASID(3), ttbr1_el1);
		isb();
		write_sysreg((unsigned long)b, ttbr0_el1);
		isb();
	} else if (VARIANT(pairing)) {
		write_sysreg((unsigned long)b, ttbr0_el1);
		write_sysreg((unsigned long)kernel | TTBR_ASID(2), ttbr1_el1);
		isb();
	} else if (VARIANT(reserved)) {
		write_sysreg((unsigned long)reserved, ttbr0_el1);
		isb();
		write_sysreg((unsigned long)kernel | TTBR_ASID(2), ttbr1_el1);
		isb();
		write_sysreg((unsigned long)b, ttbr0_el1);
		isb();
	} else {
		if (VARIANT(same_asid_later)) {
			write_sysreg((unsigned long)reserved | TTBR_ASID(1), ttbr0_el1);
			isb();
		}
		write_sysreg((unsigned long)b | (VARIANT(same_asid) || VARIANT(same_asid_later) ? TTBR_ASID(1)
						 : VARIANT(width)   ? TTBR_ASID(0x101)
								    : TTBR_ASID(2)),
			     ttbr0_el1);
		if (VARIANT(eret))
			eret();
		else if (VARIANT(exception)) {
			sd_raise(9);
			__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
			for (;;)
				wfi();
		} else if (VARIANT(user)) {
			sd_assert(user_load(VA) == 2);
		} else if (!VARIANT(no_isb)) {
			isb();
		}
	}
	expect_new();
	sd_context_finish();
}
