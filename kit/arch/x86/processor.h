/* x86: the processor's operations under the kit's names. What each architecture's processor.h defines: kit/README.md. */
#ifndef KIT_ARCH_X86_PROCESSOR_H
#define KIT_ARCH_X86_PROCESSOR_H

#include <shootdown/x86.h>

#define local_irq_disable() cli()
#define local_irq_enable() sti()
#define local_irq_save(flags) \
	do { \
		(flags) = pushf(); \
		cli(); \
	} while (0)
#define local_irq_restore(flags) popf(flags)
#define irqs_disabled() (!(pushf() & X86_EFLAGS_IF))

/* Stores are in order. */
#define smp_mb() mfence()
#define smp_wmb() barrier()
/* An x2APIC's ICR write waits for no store. */
#define smp_mb__before_ipi() \
	do { \
		mfence(); \
		lfence(); \
	} while (0)
#define cpu_relax() pause()
/* Sleeps with interrupts on, which are off when it is called: no wake-up comes before the sleep. */
#define arch_cpu_idle() sti_hlt()

/* Linux's <asm/percpu.h>: the base is in %gs. */
#define KIT_PER_CPU_SPACE __seg_gs
/* The preempt count is per CPU: changed by one instruction without a LOCK prefix, which an interrupt cannot split. */
#define ARCH_PREEMPT_COUNT_IN_TASK 0
/* With several CPUs mm_cpumask() is kept as well (tlb_smp.h). */
#define ARCH_HAS_SWITCH_MM CONFIG_SMP
#define arch_before_switch_to() ((void)0)

#endif
