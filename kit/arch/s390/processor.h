/* s390x: the processor's operations under the kit's names. */
#ifndef KIT_ARCH_S390_PROCESSOR_H
#define KIT_ARCH_S390_PROCESSOR_H

#include <shootdown/s390.h>

#define local_irq_disable() ((void)stnsm(0xffu & ~S390_MASK_INTERRUPTS))
#define local_irq_enable() ((void)stosm(S390_MASK_INTERRUPTS))
#define local_irq_save(flags) ((flags) = stnsm(0xffu & ~S390_MASK_INTERRUPTS))
#define local_irq_restore(flags) ssm(flags)
#define irqs_disabled() ((stosm(0u) & S390_MASK_INTERRUPTS) == 0)

/* Stores are in order. */
#define smp_mb() bcr_serialize()
#define smp_wmb() barrier()
#define smp_mb__before_ipi() bcr_serialize()
#define cpu_relax() barrier()
/* Interrupts are on in the wait state that is loaded, and behind it. */
#define arch_cpu_idle() s390_wait()

#define KIT_PER_CPU_SPACE __attribute__((address_space(256)))
/* In thread_info, as until Linux 4.9. */
#define ARCH_PREEMPT_COUNT_IN_TASK 1
#define ARCH_HAS_SWITCH_MM 0
#define arch_before_switch_to() ((void)0)

#endif
