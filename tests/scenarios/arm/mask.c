/* CPSR.I and waiting for an interrupt.
 *
 * machine: armv5
 * variant: masked       PASS
 * variant: unmasked     PASS
 * variant: masked-again PASS
 * variant: read         PASS
 * variant: wait         FAIL deadlock
 * variant: wait-masked  PASS
 * variant: thumb        UNSUPPORTED
 *
 * I is set at boot: an interrupt that is raised stays pending. Waiting ends when one is pending, also where I masks it, which is
 * then still pending (wait-masked): why kernels mask interrupts before they wait. wait: the interrupt may be taken before the
 *   instruction that waits for it, and no other comes.
 */
#include <shootdown/arm.h>

#define VECTOR 40u

static volatile unsigned taken;

static void handler(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	taken++;
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	if (VARIANT(read)) {
		sd_assert((mrs_cpsr() & ARM_CPSR_I) != 0);
		msr_cpsr_c(mrs_cpsr() & ~ARM_CPSR_I);
		sd_assert((mrs_cpsr() & ARM_CPSR_I) == 0);
		return;
	}
	if (VARIANT(masked_again)) {
		msr_cpsr_c(0x13);
		msr_cpsr_c(0x13 | ARM_CPSR_I);
	}
	if (VARIANT(thumb))
		msr_cpsr_c(0x33);
	sd_raise(VECTOR);
	if (VARIANT(unmasked) || VARIANT(wait))
		msr_cpsr_c(0x13);
	if (VARIANT(wait) || VARIANT(wait_masked))
		wait_for_interrupt();
	while ((VARIANT(unmasked) || VARIANT(wait)) && !taken)
		;
	sd_assert(taken == (VARIANT(unmasked) || VARIANT(wait)));
}
