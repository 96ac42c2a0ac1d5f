/* Sleeping and waking. A task sleeps on an address, which stands for the wait queue. */
#ifndef KIT_WAIT_H
#define KIT_WAIT_H

#include <kit/sched.h>
#include <kit/smp.h>

/* Sleeps until wake_up(what). Interrupts are off: no wake-up between the caller's test and the sleep is lost. */
static inline void block_on(const void *what)
{
	current->wait = what;
	current->state = TASK_UNINTERRUPTIBLE;
	__schedule(0);
}

/* An idle CPU sleeps until an interrupt; without a timer somebody has to send one. */
static inline void kick_idle_cpus(void)
{
#if CONFIG_SMP && defined(KIT_NO_TIMER)
	/* What it has to see is behind rq_lock: no barrier. */
	sd_send_ipi_mask(cpu_online_bits() & ~(1ul << smp_processor_id()), RESCHEDULE_VECTOR);
#endif
}

static inline void wake_up_process(struct task_struct *task)
{
	unsigned long flags;
	int queued = 0;

	spin_lock_irqsave(&rq_lock, flags);
	if (task->state == TASK_UNINTERRUPTIBLE) {
		task->wait = NULL;
		task->state = TASK_RUNNING;
		if (CONFIG_SMP && !task->on_rq)
			rq_ready |= 1ul << task_context(task);
		queued = !task->on_rq;
		task->on_rq = 1;
	}
	raw_spin_unlock(&rq_lock);
	if (queued)
		kick_idle_cpus();
	local_irq_restore(flags);
}

/* Wakes all that sleep on `what`. */
static inline void wake_up(const void *what)
{
	unsigned long flags;
	unsigned n;

	local_irq_save(flags);
	if (CONFIG_SMP)
		smp_mb(); /* what the caller changed is seen before it is looked who sleeps */
	for (n = 0; n < kit_nr_tasks; n++)
		if (kit_tasks[n].wait == what)
			wake_up_process(&kit_tasks[n]);
	local_irq_restore(flags);
}

/* Sleeps on `what` until the condition holds. Whoever makes it hold calls wake_up(what) afterwards. */
#if CONFIG_SMP
/* The state is set before the condition is looked at, so that a wake-up between the look and the sleep undoes it. */
#define wait_event(what, condition) \
	do { \
		unsigned long __flags; \
		local_irq_save(__flags); \
		for (;;) { \
			prepare_to_wait(what); \
			if (condition) \
				break; \
			__schedule(0); \
		} \
		finish_wait(); \
		local_irq_restore(__flags); \
	} while (0)

static inline void prepare_to_wait(const void *what)
{
	raw_spin_lock(&rq_lock);
	current->wait = what;
	current->state = TASK_UNINTERRUPTIBLE;
	raw_spin_unlock(&rq_lock);
	smp_mb(); /* seen before the condition is read; wake_up() has the other one */
}

static inline void finish_wait(void)
{
	raw_spin_lock(&rq_lock);
	current->wait = NULL;
	current->state = TASK_RUNNING;
	raw_spin_unlock(&rq_lock);
}
#else
#define wait_event(what, condition) \
	do { \
		unsigned long __flags; \
		local_irq_save(__flags); \
		while (!(condition)) \
			block_on(what); \
		local_irq_restore(__flags); \
	} while (0)
#endif

/* mmap_lock, with CONFIG_SMP. */
static inline void down_read(struct rw_semaphore *sem)
{
	if (CONFIG_SMP && sd_guard_enter("rwsem", sem) && !down_read_trylock(sem))
		wait_event(sem, down_read_trylock(sem));
}

static inline void down_write(struct rw_semaphore *sem)
{
	if (CONFIG_SMP && sd_guard_enter("rwsem", sem) && !down_write_trylock(sem))
		wait_event(sem, down_write_trylock(sem));
}

static inline void up_read(struct rw_semaphore *sem)
{
	if (CONFIG_SMP && sd_guard_leave("rwsem", sem) &&
	    __atomic_fetch_sub(&sem->count, 1, __ATOMIC_RELEASE) == 1)
		wake_up(sem);
}

static inline void up_write(struct rw_semaphore *sem)
{
	if (!CONFIG_SMP || !sd_guard_leave("rwsem", sem))
		return;
	__atomic_store_n(&sem->count, 0, __ATOMIC_SEQ_CST);
	wake_up(sem);
}

/* A daemon's rest: never woken, and that is no deadlock. */
static inline void sleep_for_ever(void)
{
	local_irq_disable();
	sd_context_daemon(sd_context_self());
	for (;;)
		block_on(&kit_tasks[sd_context_self()]);
}

#endif
