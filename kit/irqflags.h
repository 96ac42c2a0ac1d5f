/* Interrupts off and on: local_irq_*(), which are the architecture's (processor.h).
 *
 * On one CPU code with interrupts off cannot be disturbed, and the checker runs it as a single step. The kit therefore
 * turns interrupts off where Linux takes a spinlock: the same exclusion, and fewer states.
 */
#ifndef KIT_IRQFLAGS_H
#define KIT_IRQFLAGS_H

#include <kit/compiler.h>

#endif
