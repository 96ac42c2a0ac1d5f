/* The lock of an address space's VMAs: many readers or one writer; who has to wait sleeps (wait.h has down_*() and
 * up_*()). On one CPU the kit does with interrupts off what Linux does under this lock, and it is never taken.
 */
#ifndef KIT_RWSEM_H
#define KIT_RWSEM_H

#include <kit/spinlock.h>

struct rw_semaphore {
	int count; /* readers; -1: a writer */
};

static inline int down_read_trylock(struct rw_semaphore *sem)
{
	int count = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);

	while (count >= 0)
		if (__atomic_compare_exchange_n(&sem->count, &count, count + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return 1;
	return 0;
}

static inline int down_write_trylock(struct rw_semaphore *sem)
{
	int none = 0;

	return __atomic_compare_exchange_n(&sem->count, &none, -1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

#endif
