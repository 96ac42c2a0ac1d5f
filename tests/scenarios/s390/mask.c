/* The system mask and the wait state. One CPU; the handler counts.
 *
 * machine: s390x
 * variant: masked      PASS
 * variant: unmasked    PASS
 * variant: stnsm       PASS
 * variant: ssm         PASS
 * variant: old         PASS
 * variant: wait        PASS
 * variant: apart       UNSUPPORTED
 * variant: dat-off     UNSUPPORTED
 *
 * Interrupts are off at boot: one that is raised stays pending, until STOSM or SSM turns them on (unmasked, ssm), or for ever
 * (masked; stnsm, which turns them off again before). STNSM and STOSM give the mask as it was; DAT is always on (old). A wait
 * state ends with the interrupt, and execution goes on behind it: nothing before the interrupt.
 * apart: I/O and external interrupts have one mask here.
 */
#include <shootdown/s390.h>

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
	if (VARIANT(stnsm)) {
		stosm(S390_MASK_INTERRUPTS);
		stnsm(0xff & ~S390_MASK_INTERRUPTS);
	}
	if (VARIANT(old)) {
		stosm(S390_MASK_INTERRUPTS);
		sd_assert(stnsm(0xff & ~S390_MASK_INTERRUPTS) == (S390_MASK_DAT | S390_MASK_INTERRUPTS));
		sd_assert(stosm(0) == S390_MASK_DAT);
		return;
	}
	if (VARIANT(wait)) {
		sd_raise(VECTOR);
		s390_wait();
		sd_assert(taken == 1);
		return;
	}
	sd_raise(VECTOR);
	if (VARIANT(unmasked))
		stosm(S390_MASK_INTERRUPTS);
	if (VARIANT(ssm))
		ssm(S390_MASK_DAT | S390_MASK_INTERRUPTS);
	if (VARIANT(apart))
		stosm(0x02);
	if (VARIANT(dat_off))
		stnsm(0xff & ~S390_MASK_DAT);
	while ((VARIANT(unmasked) || VARIANT(ssm)) && !taken)
		;
	sd_assert(taken == (VARIANT(unmasked) || VARIANT(ssm)));
}
