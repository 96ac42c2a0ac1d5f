/* PSTATE.I and WFI.
 *
 * machine: arm64
 * variant: boot      PASS
 * variant: daifclr   PASS
 * variant: daifset   PASS
 * variant: msr       PASS
 * variant: mrs       PASS
 * variant: wfi       PASS
 *
 * An interrupt is pending. boot: interrupts are masked, it is not taken. daifclr: it is. daifset: unmasked and masked again
 * before it is raised. msr: MSR DAIF unmasks. mrs: MRS DAIF reads what was set. wfi: a pending interrupt ends WFI though it is
 * masked.
 */
#include <shootdown/arm64.h>

static unsigned long taken;

static void interrupt(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	taken = 1;
}

SCENARIO
{
	sd_set_vector(9, interrupt);
	if (VARIANT(mrs)) {
		sd_assert(read_sysreg(daif) & ARM64_DAIF_I);
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		sd_assert(!(read_sysreg(daif) & ARM64_DAIF_I));
	}
	if (VARIANT(daifset)) {
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
	}
	sd_raise(9);
	if (VARIANT(daifclr))
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	if (VARIANT(msr))
		write_sysreg(0, daif);
	if (VARIANT(wfi))
		wfi();
	/* Where it may be taken it is taken at some boundary from here on: wait for it. */
	while ((VARIANT(daifclr) || VARIANT(msr) || VARIANT(mrs)) && !*(volatile unsigned long *)&taken)
		cpu_relax();
	sd_assert(taken == (VARIANT(daifclr) || VARIANT(msr) || VARIANT(mrs)));
	sd_cover("behind it");
	sd_context_finish();
}
