/* Which root and which ASID walks and accesses use, after a write to TTBRn_EL1 or TCR_EL1 and after what synchronises it.
 *
 * machine: arm64
 * cpus: 1
 * variant: old-or-new       PASS                      --property assertion
 * variant: old-or-new       FAIL foreign-translation
 * variant: new-for-certain  FAIL assertion            --property assertion
 * variant: isb              PASS
 * variant: eret             PASS
 * variant: user             PASS
 * variant: exception        PASS
 * variant: same-asid        FAIL foreign-translation
 * variant: same-asid-tlbi   PASS
 * variant: width            FAIL foreign-translation  --cpu-features asid2
 * variant: width            PASS                      --cpu-features asid8
 * variant: a1-pairing       FAIL foreign-translation
 * variant: a1-pairing-back  FAIL foreign-translation
 * variant: a1-empty-between PASS
 * variant: epd              PASS
 * variant: upper            PASS
 * variant: global           FAIL assertion
 * variant: not-global       PASS
 *
 * Two tables, A and B, with different pages at VA. A is loaded, then B.
 *
 * old-or-new: nothing synchronises: EL1 finds A's page or B's, and both have to be seen; A's is not what is loaded. new-for-certain
 *   asserts B's.
 * isb, eret, user (EL0 is behind an ERET), exception (an interrupt handler): each is a context synchronization event. B's
 *   page and no other, under an ASID of its own.
 * same-asid: B under A's ASID: a write to TTBR0_EL1 removes nothing, and A's page is used. same-asid-tlbi: removed after
 *   the switch, so that nothing of A comes back.
 * width: ASIDs 1 and 5 are the same number where there are two bits of it.
 * a1-*: TCR_EL1.A1 = 1, the ASID is TTBR1_EL1's. a1-pairing: both registers are written, then ISB: A may be walked under
 *   B's ASID in between. a1-pairing-back: an empty table first, but no ISB between the new ASID and B's root: B may be
 *   walked under A's ASID, which A finds when it is loaded again. a1-empty-between: with that ISB neither is possible.
 * epd: with EPD0 no walk begins at TTBR0_EL1: a fault of level 0. upper: an address with bit 55 set is TTBR1_EL1's.
 * global: A's page has nG = 0, so it serves under B's ASID as well; the property leaves global translations alone, and the
 *   assertion sees A's page. not-global: the same with nG = 1.
 */
#include "tables.h"

#define VECTOR 0x30u
#define A1 (VARIANT(a1_pairing) || VARIANT(a1_pairing_back) || VARIANT(a1_empty_between))
#define EPD1 (1ul << 23)
#define EPD0 (1ul << 7)

static pte_t *a, *b, *empty;

static void expect(unsigned long expected)
{
	sd_assert(user_load(VA) == expected);
}

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
#if VARIANT(exception)
	sd_cover("the handler");
#endif
	sd_assert(kernel_load(VA) == 2);
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(VARIANT(epd));
	sd_assert(ESR_EL1_EC(esr) == ESR_EC_DATA_ABORT_EL1 && ESR_FSC(esr) == ESR_FSC_TRANSLATION);
#if VARIANT(epd)
	sd_cover("no walk begins at TTBR0_EL1");
#endif
	sd_context_finish();
	for (;;)
		wfi();
}

static void a1(void)
{
	write_sysreg((unsigned long)empty | TTBR_ASID(1), ttbr1_el1);
	write_sysreg((unsigned long)a, ttbr0_el1);
	write_sysreg(EPD1 | TCR_EL1_A1, tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	sd_assert(user_load(VA) == 1);
	if (!VARIANT(a1_pairing)) {
		write_sysreg((unsigned long)empty, ttbr0_el1);
		isb();
	}
	write_sysreg((unsigned long)empty | TTBR_ASID(2), ttbr1_el1);
	if (VARIANT(a1_empty_between))
		isb();
	write_sysreg((unsigned long)b, ttbr0_el1);
	isb();
	expect(2);
	write_sysreg((unsigned long)empty, ttbr0_el1);
	isb();
	write_sysreg((unsigned long)empty | TTBR_ASID(1), ttbr1_el1);
	isb();
	write_sysreg((unsigned long)a, ttbr0_el1);
	isb();
	expect(1);
}

SCENARIO
{
	unsigned long second = VARIANT(same_asid) || VARIANT(same_asid_tlbi) ? 1 : VARIANT(width) ? 5 : 2;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(VECTOR, interrupt);
	a = new_table();
	b = new_table();
	empty = new_table();
	map(a, VA, frame(1), VARIANT(global) ? USER_READONLY & ~PTE_NG : USER_READONLY);
	map(b, VA, frame(2), USER_READONLY);
	dsb(ishst);
	if (A1) {
		a1();
		return;
	}
	if (VARIANT(upper) || VARIANT(epd)) {
		map(b, KERNEL_VA, frame(3), KERNEL_PAGE);
		dsb(ishst);
		write_sysreg((unsigned long)b, ttbr1_el1);
		write_sysreg((unsigned long)a | TTBR_ASID(1), ttbr0_el1);
		write_sysreg(VARIANT(epd) ? EPD0 : 0, tcr_el1);
		isb();
		write_sysreg(SCTLR_EL1_M, sctlr_el1);
		isb();
		sd_assert(kernel_load(KERNEL_VA) == 3);
		sd_assert(kernel_load(VA) == 1 && VARIANT(upper));
		return;
	}
	translation_on(a, 1);
	sd_assert(user_load(VA) == 1);
	isb();
	write_sysreg((unsigned long)b | TTBR_ASID(second), ttbr0_el1);
#if VARIANT(old_or_new)
	{
		unsigned long seen = kernel_load(VA);

		sd_assert(seen == 1 || seen == 2);
		if (seen == 1)
			sd_cover("A's page");
		if (seen == 2)
			sd_cover("B's page");
		return;
	}
#endif
	if (VARIANT(exception)) {
		sd_raise(VECTOR);
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		while (read_sysreg(daif) & ARM64_DAIF_I)
			cpu_relax();
		__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
		return;
	}
	if (VARIANT(isb) || VARIANT(same_asid) || VARIANT(same_asid_tlbi) || VARIANT(width) || VARIANT(global) ||
	    VARIANT(not_global))
		isb();
	if (VARIANT(same_asid_tlbi)) {
		tlbi(ASIDE1, TTBR_ASID(1));
		dsb(nsh);
		isb();
	}
	if (VARIANT(eret))
		eret();
	if (VARIANT(isb) || VARIANT(eret) || VARIANT(new_for_certain))
		sd_assert(kernel_load(VA) == 2);
	else
		expect(2);
}
