/* ARMv5 (ARM926EJ-S), one CPU: the processor's operations under the kit's names. */
#ifndef KIT_ARCH_ARM_PROCESSOR_H
#define KIT_ARCH_ARM_PROCESSOR_H

#include <shootdown/arm.h>

#ifdef KIT_SMP
#error "no processor before ARMv6 has caches and TLBs that work for several CPUs"
#endif

#define local_irq_disable() msr_cpsr_c(mrs_cpsr() | ARM_CPSR_I)
#define local_irq_enable() msr_cpsr_c(mrs_cpsr() & ~ARM_CPSR_I)
#define local_irq_save(flags) \
	do { \
		(flags) = mrs_cpsr(); \
		msr_cpsr_c((flags) | ARM_CPSR_I); \
	} while (0)
#define local_irq_restore(flags) msr_cpsr_c(flags)
#define irqs_disabled() ((mrs_cpsr() & ARM_CPSR_I) != 0)

#define smp_mb() barrier()
#define smp_wmb() barrier()
#define smp_mb__before_ipi() barrier()
#define cpu_relax() barrier()
/* An interrupt that is pending ends the wait although it is masked, and is taken behind it. */
#define arch_cpu_idle() \
	do { \
		wait_for_interrupt(); \
		local_irq_enable(); \
	} while (0)

#define KIT_PER_CPU_SPACE __attribute__((address_space(256)))
#define ARCH_PREEMPT_COUNT_IN_TASK 1
#define ARCH_HAS_SWITCH_MM 0
#define arch_before_switch_to() ((void)0)

#endif
