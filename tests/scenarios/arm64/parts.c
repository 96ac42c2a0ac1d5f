/* A descriptor stored in two halves, by the only CPU.
 *
 * machine: arm64
 * variant: halves      UNSUPPORTED
 * variant: halves-dsb  PASS
 * variant: low-alone   PASS
 *
 * A store of four bytes is one access, and two of them may be seen by a walk in either order, until a DSB (Arm ARM, B2.2.1,
 * R_SPVBD): a walk may find the new lower half, which makes it valid, beside the old upper half, which lets the kernel execute.
 * halves: that mixture is not among what the only CPU keeps of its stores (on several CPUs the buffer has it), so it is
 * refused, not passed. halves-dsb: the upper half is behind a DSB. low-alone: nothing to mix.
 */
#include "tables.h"

#define PXN (1ul << 53)

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(!VARIANT(low_alone));
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	unsigned long value = frame(1) | KERNEL_PAGE | (VARIANT(low_alone) ? 0 : PXN);
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), KERNEL_PAGE);
	*pte = VARIANT(low_alone) ? value & ~0xfffffffful : 0;
	translation_on(root, 1);
	if (!VARIANT(low_alone))
		((volatile unsigned int *)pte)[1] = (unsigned int)(value >> 32);
	if (VARIANT(halves_dsb))
		dsb(ishst);
	((volatile unsigned int *)pte)[0] = (unsigned int)value;
	dsb(ishst);
	isb();
	kernel_fetch(VA);
	sd_assert(VARIANT(low_alone));
}
