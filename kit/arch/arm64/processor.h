/* arm64: the processor's operations under the kit's names. */
#ifndef KIT_ARCH_ARM64_PROCESSOR_H
#define KIT_ARCH_ARM64_PROCESSOR_H

#include <shootdown/arm64.h>

#define local_irq_disable() __sd_arm64_msr_daifset(ARM64_DAIFSET_I)
#define local_irq_enable() __sd_arm64_msr_daifclr(ARM64_DAIFSET_I)
#define local_irq_save(flags) \
	do { \
		(flags) = read_sysreg(daif); \
		local_irq_disable(); \
	} while (0)
#define local_irq_restore(flags) write_sysreg(flags, daif)
#define irqs_disabled() ((read_sysreg(daif) & ARM64_DAIF_I) != 0)

#define smp_mb() dmb(ish)
#define smp_wmb() dmb(ishst)
/* The write to the interrupt controller is no store that a DMB would keep behind others. */
#define smp_mb__before_ipi() dsb(ishst)
/* An interrupt that is pending ends WFI although it is masked, and is taken behind it. */
#define arch_cpu_idle() \
	do { \
		wfi(); \
		local_irq_enable(); \
	} while (0)

#define KIT_PER_CPU_SPACE __attribute__((address_space(256)))
/* In thread_info: an address made from TPIDR_EL1 and an access to it are two instructions. */
#define ARCH_PREEMPT_COUNT_IN_TASK 1
#define ARCH_HAS_SWITCH_MM 0
/* The task may go on on another CPU: what it has begun here, a TLBI, only this CPU can complete. */
#define arch_before_switch_to() dsb(ish)

#endif
