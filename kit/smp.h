/* Several CPUs: calls of a function on other CPUs, by IPI.
 *
 * Each pair of CPUs has one record, so that callers on different CPUs do not wait for each other; a caller cannot be
 * preempted, so its record is free when it begins. It waits until all have run the function, with interrupts on: the
 * CPU that it calls may be waiting for it in the same way.
 *
 *      caller                                   called CPU, in its interrupt handler
 *      csd[me][cpu] = {fn, info}, pending
 *      smp_mb__before_ipi()  (the message may wait for no store)
 *      IPI ------------------------------------>
 *      while (pending) relax                    fn(info); pending = 0
 */
#ifndef KIT_SMP_H
#define KIT_SMP_H

#include <kit/cpumask.h>
#include <kit/irq.h>

#define CALL_FUNCTION_VECTOR 0xfbu
#define RESCHEDULE_VECTOR 0xfdu

struct call_single_data {
	void (*fn)(void *);
	void *info;
	unsigned pending;
};

static struct call_single_data kit_csd[NR_CPUS][NR_CPUS]; /* [caller][called] */

static inline unsigned long cpu_online_bits(void)
{
	return (1ul << sd_cpu_count()) - 1;
}

/* Runs fn(info) with interrupts off on the CPUs of `mask`, which does not contain this one, and waits for it. Call with
 * preemption off and interrupts on. */
static inline void smp_call_function_many(unsigned long mask, void (*fn)(void *), void *info)
{
	unsigned self = smp_processor_id(), cpu;

	if (irqs_disabled())
		BUG_TEXT("smp_call_function_many() with interrupts off");
	for (cpu = 0; cpu < sd_cpu_count(); cpu++) {
		struct call_single_data *csd = &kit_csd[self][cpu];

		if (!(mask >> cpu & 1))
			continue;
		csd->fn = fn;
		csd->info = info;
		__atomic_store_n(&csd->pending, 1u, __ATOMIC_RELEASE);
	}
	smp_mb__before_ipi();
	sd_send_ipi_mask(mask, CALL_FUNCTION_VECTOR);
	for (cpu = 0; cpu < sd_cpu_count(); cpu++)
		if (mask >> cpu & 1)
			while (__atomic_load_n(&kit_csd[self][cpu].pending, __ATOMIC_ACQUIRE))
				cpu_relax();
}

/* On all CPUs, this one included. */
static inline void on_each_cpu(void (*fn)(void *), void *info)
{
	unsigned long flags, others;

	preempt_disable();
	others = cpu_online_bits() & ~(1ul << smp_processor_id());
	if (others)
		smp_call_function_many(others, fn, info);
	local_irq_save(flags);
	fn(info);
	local_irq_restore(flags);
	preempt_enable();
}

static inline void call_function_interrupt(unsigned long error_code, unsigned long from_user)
{
	unsigned self = smp_processor_id(), cpu;

	(void)error_code;
	(void)from_user;
	for (cpu = 0; cpu < sd_cpu_count(); cpu++) {
		struct call_single_data *csd = &kit_csd[cpu][self];

		if (cpu == self || !__atomic_load_n(&csd->pending, __ATOMIC_ACQUIRE))
			continue;
		csd->fn(csd->info);
		__atomic_store_n(&csd->pending, 0u, __ATOMIC_RELEASE);
	}
}

/* Wakes an idle CPU, which then looks for a task. */
static inline void reschedule_interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

#endif
