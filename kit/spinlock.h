/* Spinlocks.
 *
 * With CONFIG_SMP a word that is exchanged until it was 0; on one CPU only what Linux keeps of a lock there: preemption
 * off, or interrupts off. The exchange acquires and the unlock is a store that releases; on x86 the one is LOCKed, a full
 * barrier, and the other a plain store.
 *
 * spin_lock() and spin_lock_irqsave() are guards, which a check can leave out; raw_spin_lock() is not: a raw lock may be
 * taken by one task and dropped by another, as the run queue's is.
 */
#ifndef KIT_SPINLOCK_H
#define KIT_SPINLOCK_H

#include <kit/preempt.h>

typedef struct {
	unsigned locked;
} spinlock_t;

static inline int raw_spin_trylock(spinlock_t *lock)
{
	return !CONFIG_SMP || !__atomic_exchange_n(&lock->locked, 1u, __ATOMIC_ACQUIRE);
}

/* Without a word about preemption: the caller has interrupts off, or its own reasons. */
static inline void raw_spin_lock(spinlock_t *lock)
{
	while (!raw_spin_trylock(lock))
		cpu_relax();
}

static inline void raw_spin_unlock(spinlock_t *lock)
{
	if (CONFIG_SMP)
		__atomic_store_n(&lock->locked, 0u, __ATOMIC_RELEASE);
}

static inline void spin_lock(spinlock_t *lock)
{
	if (sd_guard_enter("spinlock", lock)) {
		preempt_disable();
		raw_spin_lock(lock);
	}
}

static inline void spin_unlock(spinlock_t *lock)
{
	if (sd_guard_leave("spinlock", lock)) {
		raw_spin_unlock(lock);
		preempt_enable();
	}
}

#define spin_lock_irqsave(lock, flags) \
	do { \
		local_irq_save(flags); \
		if (sd_guard_enter("spinlock", lock)) \
			raw_spin_lock(lock); \
	} while (0)
#define spin_unlock_irqrestore(lock, flags) \
	do { \
		if (sd_guard_leave("spinlock", lock)) \
			raw_spin_unlock(lock); \
		local_irq_restore(flags); \
	} while (0)

#endif
