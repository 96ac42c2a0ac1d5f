/* What a TLBI must remove of global translations, and of other ASIDs'; the range forms without FEAT_TLBIRANGE.
 *
 * machine: arm64
 * cpus: 1
 * variant: global-va         PASS
 * variant: global-vaa        PASS
 * variant: global-asid       FAIL revoked-translation global
 * variant: global-all        PASS
 * variant: va                PASS
 * variant: va-other-asid     FAIL revoked-translation
 * variant: vaa               PASS
 * variant: asid              PASS
 * variant: asid-other        FAIL revoked-translation
 * variant: range-undefined   PASS --cpu-features none
 * variant: range             PASS --cpu-features tlbrange
 *
 * The page's entry is cleared, then comes one TLBI, DSB ISH and ISB, and EL1 loads from the page under ASID 1.
 * global-*: the page has nG = 0. By address it goes, whatever ASID the operand has (2 here); by ASID it may stay; with
 * everything else it goes. va, asid: with the page's ASID; *-other: with another; vaa: names none. range-undefined: an
 * undefined instruction; range: two pages, VA the first. (Arm ARM, C5.5, D8.17.5.)
 */
#include "tables.h"

#define GLOBAL (VARIANT(global_va) || VARIANT(global_vaa) || VARIANT(global_asid) || VARIANT(global_all))

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
#if !VARIANT(range_undefined)
	sd_cover("the page is gone");
#endif
	sd_context_finish();
	for (;;)
		wfi();
}

static void undefined_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(VARIANT(range_undefined));
#if VARIANT(range_undefined)
	sd_cover("undefined");
#endif
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(ARM64_VECTOR_UNDEFINED, undefined_handler);
	pte = map(root, VA, frame(1), GLOBAL ? USER_READONLY & ~PTE_NG : USER_READONLY);
	translation_on(root, 1);
	sd_assert(kernel_load(VA) == 1);
	set_pte(pte, 0);
	dsb(ishst);
	if (VARIANT(global_va) || VARIANT(va_other_asid))
		tlbi(VALE1IS, tlbi_va(VA, 2));
	else if (VARIANT(global_vaa) || VARIANT(vaa))
		tlbi(VAALE1IS, tlbi_va(VA, 0));
	else if (VARIANT(global_asid) || VARIANT(asid))
		tlbi(ASIDE1IS, TTBR_ASID(1));
	else if (VARIANT(asid_other))
		tlbi(ASIDE1IS, TTBR_ASID(2));
	else if (VARIANT(global_all))
		tlbi(VMALLE1IS, 0);
	else if (VARIANT(va))
		tlbi(VALE1IS, tlbi_va(VA, 1));
	else
		tlbi(RVALE1IS, TTBR_ASID(1) | 1ul << 46 | VA >> 12);
	dsb(ish);
	isb();
	sd_assert(!VARIANT(range_undefined));
	sd_revoked((unsigned long)root, VA);
	kernel_load(VA);
}
