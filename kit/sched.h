/* Tasks, and the scheduler that chooses.
 *
 * A task is a context of the checker plus what Linux's task_struct says about its address space. Task number and
 * context number are the same, so `current` follows from the context alone, as Linux long derived it from the stack
 * pointer: no memory is read.
 *
 * schedule() does not decide: it lets the checker choose among all runnable tasks, the current one included, and takes
 * the idle task only when nothing else can run. What holds here holds under every scheduling policy.
 *
 * Lazy TLB is Linux's: a task without an mm runs on what the previous task ran on, and holds a reference to it
 * (active_mm, mm_count) until it is switched away. switch_mm() believes that the hardware runs on prev and does nothing
 * when prev == next: the bookkeeping has to be right.
 *
 * With several CPUs there is one run queue for all, under one lock. A task that is preempted on one CPU may go on on any
 * other that it is allowed on (set_cpus_allowed()).
 *
 * schedule() works with interrupts off throughout, where Linux enables them again when it drops the run queue's lock;
 * with the preempt count up meanwhile nobody could tell. Who could are architectures that finish the switch of the
 * address space there, in finish_arch_post_lock_switch(), so for scenarios about them the scheduler counts and enables
 * interrupts as Linux's does, if KIT_FORK_PREEMPT_COUNT is said:
 *
 *	                                    interrupts   preempt count of   a task   a new thread
 *	schedule(): preempt_disable()                            1
 *	lock the run queue                      off              2
 *	switch_mm(), __switch_to()                                               2          KIT_FORK_PREEMPT_COUNT
 *	finish_lock_switch()                    on                               1          one less
 *	finish_arch_post_lock_switch(), drop the previous mm
 *	preempt_enable()                                                         0          0
 *
 * With 1, as until Linux 4.3, a new thread can be preempted before its finish_arch_post_lock_switch(); with 2, as since,
 * nobody can.
 *
 * Replaceable: KIT_HAVE_SWITCH_MM, KIT_HAVE_ENTER_LAZY_TLB, KIT_HAVE_PICK_NEXT_TASK, KIT_HAVE_CONTEXT_SWITCH,
 * KIT_HAVE___SWITCH_TO, KIT_HAVE_FINISH_TASK_SWITCH, KIT_HAVE_FINISH_ARCH_POST_LOCK_SWITCH, KIT_HAVE_SCHEDULE.
 */
#ifndef KIT_SCHED_H
#define KIT_SCHED_H

#include <kit/percpu.h>
#include <kit/pgtable.h>

/* The preempt count that a new thread begins with, 1 or 2, an expression that may contain VARIANT(); 0: the scheduler
 * does not count, and works with interrupts off. */
#ifndef KIT_FORK_PREEMPT_COUNT
#define KIT_FORK_PREEMPT_COUNT 0
#endif

#define TASK_RUNNING 0
#define TASK_UNINTERRUPTIBLE 2
#define TASK_DEAD 64

struct task_struct {
	struct mm_struct *mm; /* its own address space; NULL: none */
	struct mm_struct *active_mm; /* the one it runs on while it runs: mm, or a borrowed one */
	int state;
	int on_rq; /* may be chosen. A task preempted on its way to sleep still is, whatever its state */
	unsigned long cpus_allowed; /* CPUs it may run on; 0: all. Never changes once it can run */
	const void *wait; /* what it sleeps on */
	void (*fn)(void *);
	void *arg;
	const char *name;
};

static struct task_struct kit_tasks[KIT_MAX_TASKS];
static unsigned kit_nr_tasks;
/* What the task before this one borrowed, to be dropped once it is no longer in use. Set only during a switch. */
DEFINE_PER_CPU(struct mm_struct *, rq_prev_mm);

/* With CONFIG_SMP: held while tasks are chosen and switched, also across the switch, with interrupts off. */
static spinlock_t rq_lock;
/* With CONFIG_SMP: bit n: task n may be chosen and runs on no CPU. */
static unsigned long rq_ready;
static unsigned kit_idle_tasks[NR_CPUS];

#define current (&kit_tasks[sd_context_self()])
#define task_context(task) ((unsigned)((task) - kit_tasks))
#define task_thread_info(task) (&kit_thread_info[task_context(task)])
#define idle_task(cpu) (&kit_tasks[kit_idle_tasks[cpu]])
#define is_idle_task(task) (task == idle_task(smp_processor_id()))

/* Before the task can run: bit n: CPU n. */
static inline struct task_struct *set_cpus_allowed(struct task_struct *task, unsigned long cpus)
{
	task->cpus_allowed = cpus;
	return task;
}

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

static inline void mmdrop(struct mm_struct *mm);
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task);
static inline void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *task);
static inline struct task_struct *pick_next_task(struct task_struct *prev);
static inline void context_switch(struct task_struct *prev, struct task_struct *next);
static inline void __switch_to(struct task_struct *prev, struct task_struct *next);
static inline void finish_task_switch(void);
static inline void finish_arch_post_lock_switch(void);
static inline void schedule(void);

#if !defined(KIT_HAVE_SWITCH_MM) && !ARCH_HAS_SWITCH_MM
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	(void)task;
	if (prev != next)
		cpu_switch_mm(next);
}
#endif

#if !defined(KIT_HAVE_ENTER_LAZY_TLB) && !ARCH_HAS_SWITCH_MM
/* There is nobody to tell. */
static inline void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *task)
{
	(void)mm;
	(void)task;
}
#endif

#if !defined(KIT_HAVE_PICK_NEXT_TASK) && CONFIG_SMP
static inline int may_run_on(struct task_struct *task, unsigned cpu)
{
	return !task->cpus_allowed || (task->cpus_allowed >> cpu & 1);
}

static inline struct task_struct *pick_next_task(struct task_struct *prev)
{
	unsigned cpu = smp_processor_id(), runnable = 0, choice, n;
	unsigned long ready = rq_ready;

	if (prev->on_rq)
		ready |= 1ul << task_context(prev);
	for (n = 0; n < kit_nr_tasks; n++)
		runnable += (ready >> n & 1) && may_run_on(&kit_tasks[n], cpu);
	if (runnable) {
		choice = sd_choose(runnable);
		for (n = 0; !(ready >> n & 1) || !may_run_on(&kit_tasks[n], cpu) || choice--; n++)
			;
		ready &= ~(1ul << n);
	}
	if (ready != rq_ready)
		rq_ready = ready;
	return runnable ? &kit_tasks[n] : idle_task(cpu);
}
#elif !defined(KIT_HAVE_PICK_NEXT_TASK)
static inline struct task_struct *pick_next_task(struct task_struct *prev)
{
	unsigned first = sd_cpu_count(), runnable = 0, choice, n;

	(void)prev;
	for (n = first; n < kit_nr_tasks; n++)
		runnable += kit_tasks[n].on_rq != 0;
	if (!runnable)
		return idle_task(smp_processor_id());
	choice = sd_choose(runnable);
	for (n = first; !kit_tasks[n].on_rq || choice--; n++)
		;
	return &kit_tasks[n];
}
#endif

/* With CONFIG_SMP: the task before this one may be chosen by other CPUs. A replaced finish_task_switch() calls it. */
static inline void finish_lock_switch(void)
{
	raw_spin_unlock(&rq_lock);
	if (KIT_FORK_PREEMPT_COUNT) {
		preempt_count_sub(PREEMPT_OFFSET);
		local_irq_enable();
	}
}

#ifndef KIT_HAVE_FINISH_ARCH_POST_LOCK_SWITCH
/* What switch_mm() left for the time after the scheduler's unlock. */
static inline void finish_arch_post_lock_switch(void)
{
}
#endif

#ifndef KIT_HAVE_FINISH_TASK_SWITCH
/* The new task's first act: let go of what the one before it borrowed. */
static inline void finish_task_switch(void)
{
	struct mm_struct *mm = rq_prev_mm;

	rq_prev_mm = (struct mm_struct *)NULL;
	finish_lock_switch();
	finish_arch_post_lock_switch();
	if (mm)
		mmdrop(mm);
}
#endif

#ifndef KIT_HAVE___SWITCH_TO
/* From here on the CPU runs next. */
static inline void __switch_to(struct task_struct *prev, struct task_struct *next)
{
	(void)prev;
	arch_before_switch_to();
	sd_context_switch(task_context(next));
}
#endif

#ifndef KIT_HAVE_CONTEXT_SWITCH
static inline void context_switch(struct task_struct *prev, struct task_struct *next)
{
	struct mm_struct *mm = next->mm, *oldmm = prev->active_mm;

	if (mm) {
		switch_mm(oldmm, mm, next);
	} else {
		next->active_mm = oldmm;
		mmgrab(oldmm);
		enter_lazy_tlb(oldmm, next);
	}
	if (!prev->mm) {
		prev->active_mm = (struct mm_struct *)NULL;
		rq_prev_mm = oldmm;
	}
	__switch_to(prev, next);
	finish_task_switch();
}
#endif

/* Interrupts are off. `preempted`: the current task did not ask for it, and stays runnable whatever its state. */
static inline void __schedule(int preempted)
{
	struct task_struct *prev = current, *next;

	if (in_atomic())
		sd_violation("atomic-context", "scheduling while atomic");
	if (KIT_FORK_PREEMPT_COUNT)
		preempt_count_add(2 * PREEMPT_OFFSET);
	raw_spin_lock(&rq_lock);
	if (!preempted && prev->state != TASK_RUNNING)
		prev->on_rq = 0;
	next = pick_next_task(prev);
	if (next != prev)
		context_switch(prev, next);
	else
		finish_lock_switch();
	if (KIT_FORK_PREEMPT_COUNT) {
		local_irq_disable();
		preempt_count_sub(PREEMPT_OFFSET);
	}
}

#ifndef KIT_HAVE_SCHEDULE
static inline void schedule(void)
{
	unsigned long flags;

	local_irq_save(flags);
	__schedule(0);
	local_irq_restore(flags);
}
#endif

/* From an interrupt handler, on its way out. */
static inline void preempt_schedule_irq(void)
{
	__schedule(1);
}

/* For `shootdown audit`: the current task has no mm of its own and runs on another's. */
static int kit_borrowed_mm(void)
{
	return !current->mm && current->active_mm;
}
sd_circumstance("borrowed mm", kit_borrowed_mm);

#define cond_resched() schedule()
#define yield() schedule()

#endif
