/* Per-CPU variables, as on x86: a symbol in section .data..percpu is an offset, and the base (%gs) is added when the
 * access executes. So `variable` names this CPU's copy, in one instruction that cannot be torn from the choice of CPU.
 *
 * Scalars only: C++ cannot construct a struct in another address space.
 */
#ifndef KIT_PERCPU_H
#define KIT_PERCPU_H

#include <kit/compiler.h>

#define DEFINE_PER_CPU(type, name) static __attribute__((section(".data..percpu"))) __typeof__(type) __seg_gs name

#define smp_processor_id() sd_cpu_id()

#endif
