/* A descriptor stored in two halves.
 *
 * machine: arm64
 * variant: halves      FAIL assertion
 * variant: halves      FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: atomic      FAIL assertion
 * variant: atomic      FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: halves-dsb  PASS
 * variant: halves-dsb  PASS            --cpus 2 -D SECOND_CPU
 * variant: low-alone   PASS
 * variant: low-twice   PASS
 *
 * A store of four bytes is one access, and two of them may be seen by a walk in either order, until a DSB (Arm ARM, B2.2.1,
 * R_SPVBD): a walk may find the new lower half, which makes it valid, beside the old upper half, which lets the kernel execute.
 * halves: nothing between them; atomic: one that orders all accesses, which a walk is none of. halves-dsb: the upper half is
 * behind a DSB. low-alone: the upper half stays. low-twice: it stays, and both values of the lower half let the kernel execute.
 */
#include "tables.h"

#define PXN (1ul << 53)
#define LOW (VARIANT(low_alone) || VARIANT(low_twice))

static unsigned long count[8];

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(!LOW);
	sd_context_finish();
	for (;;)
		wfi();
}

#ifdef SECOND_CPU
static void idle(void *unused)
{
	(void)unused;
	/* so that it is shared; volatile, or the compiler leaves it out */
	(void)*(volatile unsigned long *)count;
	sd_context_finish();
	for (;;)
		wfi();
}
#endif

SCENARIO
{
	unsigned long value = frame(1) | KERNEL_PAGE | (LOW ? 0 : PXN);
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), KERNEL_PAGE);
	*pte = LOW ? value & ~0xfffffffful : 0;
#ifdef SECOND_CPU
	sd_cpu_start(1, idle, 0, "idle");
#endif
	translation_on(root, 1);
	if (!LOW)
		((volatile unsigned int *)pte)[1] = (unsigned int)(value >> 32);
	if (VARIANT(atomic))
		__atomic_fetch_add(count, 1ul, __ATOMIC_SEQ_CST);
	if (VARIANT(halves_dsb))
		dsb(ishst);
	((volatile unsigned int *)pte)[0] = (unsigned int)value;
	if (VARIANT(low_twice))
		((volatile unsigned int *)pte)[0] = (unsigned int)(value | PTE_RDONLY);
	dsb(ishst);
	isb();
	kernel_fetch(VA);
	sd_assert(LOW);
}
