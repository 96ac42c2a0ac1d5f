/* Interrupts off and on: local_irq_*().
 *
 * On one CPU code with interrupts off cannot be disturbed, and the checker runs it as a single step. The kit therefore
 * turns interrupts off where Linux takes a spinlock: the same exclusion, and fewer states.
 */
#ifndef KIT_IRQFLAGS_H
#define KIT_IRQFLAGS_H

#include <kit/compiler.h>

#define local_irq_disable() cli()
#define local_irq_enable() sti()
#define local_irq_save(flags) \
	do { \
		(flags) = pushf(); \
		cli(); \
	} while (0)
#define local_irq_restore(flags) popf(flags)
#define irqs_disabled() (!(pushf() & X86_EFLAGS_IF))

#endif
