/* Sets of CPUs: one word. The changes are LOCKed, as Linux's are; a test is a plain load. */
#ifndef KIT_CPUMASK_H
#define KIT_CPUMASK_H

#include <kit/spinlock.h>

typedef struct {
	unsigned long bits;
} cpumask_t;

static inline unsigned long cpumask_bits(const cpumask_t *mask)
{
	return __atomic_load_n(&mask->bits, __ATOMIC_RELAXED);
}

static inline int cpumask_test_cpu(unsigned cpu, const cpumask_t *mask)
{
	return (cpumask_bits(mask) >> cpu & 1ul) != 0;
}

static inline void cpumask_set_cpu(unsigned cpu, cpumask_t *mask)
{
	__atomic_fetch_or(&mask->bits, 1ul << cpu, __ATOMIC_SEQ_CST);
}

static inline void cpumask_clear_cpu(unsigned cpu, cpumask_t *mask)
{
	__atomic_fetch_and(&mask->bits, ~(1ul << cpu), __ATOMIC_SEQ_CST);
}

/* The CPUs of mask other than cpu. */
static inline unsigned long cpumask_others(const cpumask_t *mask, unsigned cpu)
{
	return cpumask_bits(mask) & ~(1ul << cpu);
}

#endif
