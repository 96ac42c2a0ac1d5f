/* What ARM926EJ-S does not define, or defines otherwise, is refused.
 *
 * machine: armv5
 * variant: mva-low       UNSUPPORTED
 * variant: mva-clean     PASS
 * variant: mode-0        UNSUPPORTED
 * variant: c7-unknown    UNSUPPORTED
 * variant: c7-line       UNSUPPORTED
 * variant: fine-freed    UNSUPPORTED
 * variant: coarse-freed  FAIL freed-page "page-table page"
 *
 * mva-low: bits 9:0 of the operand of "invalidate single entry" should be zero (DDI 0198, 2.3.10; ARM DDI 0100: what is done
 *   otherwise is UNPREDICTABLE), which is why kernels clear the low bits first (mva-clean: the page's translation goes).
 * mode-0: MSR CPSR_c with mode 00000 leaves supervisor mode, for a mode that does not exist (DDI 0100, A2.5: UNPREDICTABLE).
 * c7-unknown, c7-line: c7, c15, 7 and c7, c7, 1 are no operations of this processor (DDI 0198, 2.3.9).
 * fine-freed: a walk may go through the fine table at any time, and where it goes is not known. coarse-freed: through a
 *   coarse table likewise, which is known.
 */
#include "tables.h"

SCENARIO
{
	desc_t *root = new_root(), *pte = map(root, VA, frame(1), USER_PAGE);

	if (VARIANT(fine_freed))
		*first(root, VA) = (unsigned long)coarse | 3;
	translation_on(root);
	if (VARIANT(fine_freed) || VARIANT(coarse_freed)) {
		sd_page_freed((unsigned long)coarse);
		return;
	}
	if (VARIANT(mode_0))
		msr_cpsr_c(ARM_CPSR_I);
	if (VARIANT(c7_unknown))
		mcr_cache(0xf7, 0);
	if (VARIANT(c7_line))
		mcr_cache(0x71, VA);
	set_desc(pte, frame(2) | USER_PAGE);
	mcr_tlb_invalidate_mva(VA | (VARIANT(mva_low) ? 0x3ff : 0));
	sd_assert(user_load(VA) == 2);
}
