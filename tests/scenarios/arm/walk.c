/* What descriptors say, and the abort that an access takes. The handler checks fault status and address, and ends the scenario.
 *
 * machine: armv5
 * variant: page           PASS
 * variant: section        PASS
 * variant: no-page        PASS
 * variant: no-section     PASS
 * variant: page-was-there FAIL assertion
 * variant: user-kernel    PASS
 * variant: kernel-kernel  PASS
 * variant: user-readonly  PASS
 * variant: load-readonly  PASS
 * variant: kernel-readonly PASS
 * variant: nobody         PASS
 * variant: section-rights PASS
 * variant: fetch          PASS
 * variant: off            UNSUPPORTED
 * variant: fine           UNSUPPORTED
 * variant: large-page     UNSUPPORTED
 * variant: large-before   UNSUPPORTED
 * variant: divided        UNSUPPORTED
 * variant: base           UNSUPPORTED
 *
 * Fault status (DDI 0198, 3.6): 5 and 7 for a missing section or page, 13 and 15 for rights. Privileged code may read and
 * write with AP 1, 2 and 3, users read with 2, and write with 3. page-was-there: nothing has been invalidated.
 * large-before: what may be cached of a large page is refused also when the descriptor is gone.
 */
#include "tables.h"

static unsigned long status;

static void check(unsigned long fsr)
{
	sd_assert(status != 0 && ARM_FSR_STATUS(fsr) == status);
	sd_assert(((fsr & ARM_FSR_WRITE) != 0) == (VARIANT(user_readonly) || VARIANT(section_rights)));
	sd_assert(mrc_far() == (VARIANT(section_rights) ? SECTION_VA : VA));
	sd_context_finish();
	for (;;)
		wait_for_interrupt();
}

static void data_abort(unsigned long fsr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(!VARIANT(fetch));
	check(fsr);
}

static void prefetch_abort(unsigned long fsr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(VARIANT(fetch));
	check(fsr);
}

SCENARIO
{
	desc_t *root = new_root(), *pte = map(root, VA, frame(1), USER_PAGE);

	sd_set_vector(ARM_VECTOR_DATA_ABORT, data_abort);
	sd_set_vector(ARM_VECTOR_PREFETCH_ABORT, prefetch_abort);
	big[SECTION_SIZE / sizeof(unsigned)] = 8;
	*first(root, SECTION_VA) =
		((unsigned long)big + SECTION_SIZE) | ARM_L1_SECTION |
		ARM_L1_AP(VARIANT(section_rights) ? ARM_AP_USER_READ : ARM_AP_USER_WRITE);
	if (VARIANT(no_page) || VARIANT(fetch)) {
		*pte = 0;
		status = ARM_FSR_PAGE_TRANSLATION;
	}
	if (VARIANT(no_section)) {
		*first(root, VA) = 0;
		status = ARM_FSR_SECTION_TRANSLATION;
	}
	if (VARIANT(user_kernel) || VARIANT(kernel_kernel))
		*pte = frame(1) | KERNEL_PAGE;
	if (VARIANT(user_readonly) || VARIANT(load_readonly) || VARIANT(kernel_readonly))
		*pte = frame(1) | USER_READONLY;
	if (VARIANT(nobody))
		*pte = frame(1) | ARM_L2_SMALL;
	if (VARIANT(user_kernel) || VARIANT(user_readonly) || VARIANT(nobody))
		status = ARM_FSR_PAGE_PERMISSION;
	if (VARIANT(section_rights))
		status = ARM_FSR_SECTION_PERMISSION;
	if (VARIANT(fine))
		*first(root, VA) = (unsigned long)coarse[3] | 3;
	if (VARIANT(large_page) || VARIANT(large_before))
		*pte = 0x1;
	if (VARIANT(divided))
		*pte = frame(1) | ARM_L2_SMALL | 0x030;
	if (VARIANT(base))
		mcr_ttbr((unsigned long)root + 4096);
	if (!VARIANT(off))
		translation_on(root);
	sd_assert(mrc_ttbr() == (unsigned long)root || VARIANT(off));

	if (VARIANT(page_was_there)) {
		set_desc(pte, 0);
		status = ARM_FSR_PAGE_TRANSLATION;
	}
	if (VARIANT(large_before))
		set_desc(pte, frame(1) | USER_PAGE);
	if (VARIANT(section))
		sd_assert(user_load(SECTION_VA) == 8);
	if (VARIANT(section_rights))
		user_store(SECTION_VA, 3);
	if (VARIANT(user_readonly))
		user_store(VA, 3);
	if (VARIANT(kernel_kernel) || VARIANT(kernel_readonly)) {
		kernel_store(VA, 5);
		sd_assert(kernel_load(VA) == 5 && *(volatile unsigned *)frames[1] == 5);
		return;
	}
	if (VARIANT(nobody)) {
		kernel_load(VA);
		sd_assert(!"nobody may load");
	}
	if (VARIANT(fetch))
		user_fetch(VA);
	sd_assert(user_load(VA) == 1 && !VARIANT(page_was_there));
	sd_assert(status == 0);
}
