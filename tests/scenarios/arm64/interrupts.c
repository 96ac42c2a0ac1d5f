/* DAIF, WFI, and an interprocessor interrupt that does not wait for stores.
 *
 * machine: arm64
 * cpus: 2
 * variant: masked          PASS
 * variant: unmasked        PASS
 * variant: written         PASS
 * variant: written-masks   PASS
 * variant: wfi             PASS
 * variant: wfi-masked      PASS
 * variant: ipi-no-barrier  FAIL assertion
 * variant: ipi-dmb         FAIL assertion
 * variant: ipi-dsb         PASS
 * variant: ipi-no-barrier-sc PASS --memory sc
 *
 * masked: an interrupt that is pending is not taken before MSR DAIFClr, nor after DAIFSet. unmasked: it is taken at some time
 *   after it. written: MSR DAIF with I clear unmasks, and MRS DAIF reads what was written. written-masks: with I set it masks.
 * wfi-masked: an interrupt that is masked ends WFI, and is not taken (Arm ARM, D1.6.2). wfi: it is taken when it is
 *   unmasked after that. (Unmasked before WFI it may be taken before, and WFI waits for another: a lost wake-up.)
 * ipi-*: CPU 0 writes a word and interrupts CPU 1, whose handler reads it. Sending is a write to a system register, which
 *   no DMB orders behind stores: DSB ISHST or more has to come first. With --memory sc stores do not wait.
 */
#include "tables.h"

#define VECTOR 0x30u
#define IPI (VARIANT(ipi_no_barrier) || VARIANT(ipi_dmb) || VARIANT(ipi_dsb) || VARIANT(ipi_no_barrier_sc))

static volatile unsigned long taken, word;

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	taken = 1;
	if (IPI) {
		sd_assert(word == 1);
#if VARIANT(ipi_dsb) || VARIANT(ipi_no_barrier_sc)
		sd_cover("CPU 1 is interrupted");
#endif
	}
}

static void receiver(void *unused)
{
	(void)unused;
	sd_context_finish();
	__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	for (;;)
		wfi();
}

static void send(void)
{
	sd_cpu_start(1, receiver, 0, "receiver");
	word = 1;
	if (VARIANT(ipi_dmb))
		dmb(ish);
	if (VARIANT(ipi_dsb))
		dsb(ishst);
	sd_send_ipi(1, VECTOR);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_set_vector(VECTOR, interrupt);
	if (IPI)
		send();
	sd_assert(read_sysreg(daif) & ARM64_DAIF_I);
	sd_raise(VECTOR);
	if (VARIANT(wfi_masked)) {
		wfi();
		sd_assert(!taken);
	} else if (VARIANT(written_masks)) {
		write_sysreg(ARM64_DAIF_I, daif);
		cpu_relax();
		sd_assert(read_sysreg(daif) & ARM64_DAIF_I);
		sd_assert(!taken);
	} else {
		if (VARIANT(wfi))
			wfi();
		sd_assert(!taken);
		if (VARIANT(written)) {
			write_sysreg(0, daif);
			sd_assert(!(read_sysreg(daif) & ARM64_DAIF_I));
		} else {
			__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		}
		while (!taken)
			cpu_relax();
		if (VARIANT(masked)) {
			__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
			sd_assert(read_sysreg(daif) & ARM64_DAIF_I);
			taken = 0;
			sd_raise(VECTOR);
			cpu_relax();
			sd_assert(!taken);
		}
	}
#if !IPI
	sd_cover("the end");
#endif
}
