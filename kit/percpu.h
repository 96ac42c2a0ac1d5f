/* Per-CPU variables: a symbol in section .data..percpu is an offset, and this CPU's base is added when the access
 * executes. So `variable` names this CPU's copy, in one instruction that cannot be torn from the choice of CPU, as on x86
 * (%gs). On the other architectures it takes two: there the kit uses such variables only where the task cannot be
 * preempted in between.
 *
 * Scalars only: C++ cannot construct a struct in another address space.
 */
#ifndef KIT_PERCPU_H
#define KIT_PERCPU_H

#include <kit/compiler.h>

#define DEFINE_PER_CPU(type, name) static __attribute__((section(".data..percpu"))) __typeof__(type) KIT_PER_CPU_SPACE name

#define smp_processor_id() sd_cpu_id()

#endif
