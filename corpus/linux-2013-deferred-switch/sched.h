/* The scheduler of this folder: what of Linux's of 2013 the question needs, and no more.
 *
 * User tasks A, and B1, B2, B3, which are threads of one address space B, are new in the beginning: each begins in the
 * middle of the switch to it, with the preempt count FORK_PREEMPT_COUNT. They load from a page in user mode, for ever.
 * B1 and B2 run on CPU 0, B3 on CPU 1, where it stays when it has come to user mode, A on all. Each CPU has an idle
 * task, a kernel thread that borrows whatever was there. The timer may come wherever interrupts are on, and goes over
 * to any task that runs nowhere, if the preempt count is 0. Interrupts that could not preempt are kept off: nobody
 * could tell. If tasks MIGRATE, all of them run on all CPUs, for ever, and there is no timer: they may be preempted at
 * each preemption_point(), which is wherever one could matter.
 *
 *                                        interrupts   count of the task, a new thread's
 *	schedule()                               off        2
 *	switch_mm(), __switch_to()                                       1 or 2
 *	finish_lock_switch()                  on if 0       1            0 or 1
 *	finish_arch_post_lock_switch()
 *	                                                    0            0
 *
 * How switch_mm() leaves work to finish_arch_post_lock_switch() is what the variants differ in; see note_deferred() and
 * finish_arch_post_lock_switch().
 *
 * A machine's file defines, before the include: CPUS; VA; struct mm with `count` and `pending`, root_of(); mms[2] (A,
 * B) and init_mm; cpu_switch_mm(); load_kernel_root(); deferred() (1: this switch is left to the finish); irq_on(),
 * irq_off(), wait(); LIBRARY, library_start(), library_finish(); and as expressions of VARIANT() PER_MM_FLAG,
 * PER_MM_COUNTER, EXITS (task A exits after a while, and address spaces have references), and as numbers MIGRATES,
 * HAS_A, HAS_B2, HAS_B3 (there are those tasks).
 */
#ifndef DEFERRED_SCHED_H
#define DEFERRED_SCHED_H

#define TIMER 0xecu

/* What each proposal does. */
#define FORK_PREEMPT_COUNT                                                                        \
	(VARIANT(per_task_flag_fork2) || VARIANT(preempt_disable_across_fork2) ||                       \
			 VARIANT(preempt_disable_per_cpu_count)                                         \
		 ? 2                                                                             \
		 : 1)
#define COUNTS_PER_CPU VARIANT(preempt_disable_per_cpu_count)
#define DISABLES_ACROSS                                                                           \
	(VARIANT(preempt_disable_across_switch) || VARIANT(preempt_disable_across_fork2) ||             \
	 VARIANT(preempt_disable_per_cpu_count))
#define COPIES_FLAG                                                                                  \
	(VARIANT(copy_flag_in_switch_to) || VARIANT(copy_flag_kthread_active) || VARIANT(copy_flag_kthread_null) || \
	 VARIANT(copy_flag_kthread_drops) || EXITS)
#define UNCONDITIONAL (VARIANT(unconditional_finish) || VARIANT(unconditional_finish_unpaired))

struct task {
	struct mm *mm; /* its own; null: none */
	struct mm *active_mm; /* what it runs on while it runs */
	int preempt_count; /* its thread_info's */
	unsigned switch_mm_flag; /* TIF_SWITCH_MM of its thread_info */
	unsigned long on_cpu; /* it runs, or is dead. Never set of an idle task */
};

/* A task's number is its context's: the idle task of CPU 0, A, B1, B2, B3, the idle task of CPU 1. All as they begin: what
 * no code writes before another CPU uses it is that CPU's alone. */
#define TASK_A 1u
#define TASK_B1 (1u + HAS_A)
#define TASK_B2 (2u + HAS_A)
#define TASK_B3 (2u + HAS_A + HAS_B2)
#define NR_TASKS (TASK_B3 + HAS_B3) /* without the idle task of CPU 1 */
#define IDLE_OF(cpu) ((cpu) ? NR_TASKS : 0u)
#define NEW_TASK(mm) { mm, mm, COUNTS_PER_CPU ? 0 : FORK_PREEMPT_COUNT, 0, 0 }
#define IDLE_TASK { nullptr, &init_mm, 0, 0, 0 }

static struct task tasks[] = {
	IDLE_TASK,
#if HAS_A
	NEW_TASK(&mms[0]),
#endif
	NEW_TASK(&mms[1]),
#if HAS_B2
	NEW_TASK(&mms[1]),
#endif
#if HAS_B3
	NEW_TASK(&mms[1]),
#endif
#if CPUS > 1
	IDLE_TASK,
#endif
};
#define current (&tasks[sd_context_self()])
#define number_of(task) ((unsigned)((task) - tasks))

/* B3 is CPU 1's, A runs on all, the others are CPU 0's; or all run on all. */
static inline bool may_run_on(unsigned task, unsigned cpu)
{
	if (MIGRATES || (HAS_A && task == TASK_A))
		return task != 0;
	return task && cpu == (HAS_B3 && task == TASK_B3);
}

/* The task before the one that is switched to, where other CPUs may choose it from now on; and while an address space may
 * end what it had borrowed. */
static struct task *rq_prev[CPUS];
static struct mm *rq_prev_mm[CPUS];

/* ---- the preempt count ------------------------------------------------------------------------------------------- */

static __attribute__((section(".data..percpu"))) int __attribute__((address_space(256))) cpu_preempt_count;

static inline int preempt_count(void)
{
	if (COUNTS_PER_CPU)
		return __atomic_load_n(&cpu_preempt_count, __ATOMIC_RELAXED);
	return __atomic_load_n(&current->preempt_count, __ATOMIC_RELAXED);
}

static inline void preempt_count_add(int value)
{
	if (COUNTS_PER_CPU)
		__atomic_fetch_add(&cpu_preempt_count, value, __ATOMIC_RELAXED);
	else
		current->preempt_count += value;
}

static inline void preempt_count_sub(int value)
{
	int before;

	if (COUNTS_PER_CPU) {
		before = __atomic_fetch_sub(&cpu_preempt_count, value, __ATOMIC_RELAXED);
	} else {
		before = current->preempt_count;
		current->preempt_count = before - value;
	}
	if (before < value)
		sd_violation("atomic-context", "preempt_enable() without preempt_disable()");
}

static inline void preempt_disable(void)
{
	preempt_count_add(1);
}

static inline void preempt_enable(void)
{
	preempt_count_sub(1);
}

static void schedule(bool dies);

/* If tasks migrate: interrupts are on, and what comes next is seen by others or sees them. */
static inline void preemption_point(void)
{
	unsigned cpu = sd_cpu_id();

	if (!MIGRATES || preempt_count() || !sd_choose(2))
		return;
	schedule(false);
	if (sd_cpu_id() != cpu)
		sd_cover("goes on on the other CPU");
}

/* ---- references: only where an address space ends ------------------------------------------------------------------ */

static inline void mmgrab(struct mm *mm)
{
	if (EXITS)
		__atomic_fetch_add(&mm->count, 1, __ATOMIC_SEQ_CST);
}

static inline void mmdrop(struct mm *mm)
{
	if (EXITS && __atomic_sub_fetch(&mm->count, 1, __ATOMIC_SEQ_CST) == 0)
		sd_page_freed(root_of(mm));
}

/* ---- the switch of the address space: the variants ----------------------------------------------------------------- */

/* By switch_mm(), for task, which is not current yet. */
static inline void note_deferred(struct mm *mm, struct task *task)
{
	if (UNCONDITIONAL)
		return;
	if (PER_MM_FLAG) {
		__atomic_store_n(&mm->pending, 1u, __ATOMIC_RELAXED);
	} else if (PER_MM_COUNTER) {
		__atomic_fetch_add(&mm->pending, 1u, __ATOMIC_SEQ_CST);
	} else {
		task->switch_mm_flag = 1;
		if (DISABLES_ACROSS)
			preempt_disable();
	}
}

static inline void switch_mm(struct mm *prev, struct mm *next, struct task *task)
{
	if (LIBRARY) {
		library_start(next);
		return;
	}
	if (prev == next) {
		sd_note("prev == next");
		return;
	}
	if (UNCONDITIONAL || deferred()) {
		sd_note("deferred");
		note_deferred(next, task);
		load_kernel_root();
	} else {
		cpu_switch_mm(next);
	}
}

/* Takes one of the switches that were counted, if any was. */
static inline int take_pending(struct mm *mm)
{
	unsigned pending = __atomic_load_n(&mm->pending, __ATOMIC_RELAXED);

	if (PER_MM_FLAG) {
		if (pending)
			__atomic_store_n(&mm->pending, 0u, __ATOMIC_RELAXED);
		return pending != 0;
	}
	while (pending && !__atomic_compare_exchange_n(&mm->pending, &pending, pending - 1, 0, __ATOMIC_SEQ_CST,
						       __ATOMIC_RELAXED))
		;
	return pending != 0;
}

static inline void finish_arch_post_lock_switch(void)
{
	struct task *task = current;
	struct mm *mm = task->mm;

	if (LIBRARY) {
		library_finish();
		return;
	}
	if (UNCONDITIONAL) {
		if (!mm)
			return;
		preempt_disable();
		cpu_switch_mm(mm);
		preempt_enable();
		return;
	}
	if (PER_MM_FLAG || PER_MM_COUNTER) {
		if (!mm || !__atomic_load_n(&mm->pending, __ATOMIC_RELAXED))
			return;
		preemption_point();
		preempt_disable();
		if (take_pending(mm))
			cpu_switch_mm(mm);
		preempt_enable();
		return;
	}
	if (!__atomic_load_n(&task->switch_mm_flag, __ATOMIC_RELAXED))
		return;
	if (!mm && COPIES_FLAG && !VARIANT(copy_flag_kthread_null)) {
		/* A kernel thread has inherited the flag. */
		if (VARIANT(copy_flag_kthread_drops)) {
			sd_note("a kernel thread drops the flag");
			task->switch_mm_flag = 0;
		}
		if (!VARIANT(copy_flag_kthread_active))
			return;
	}
	preemption_point();
	if (!DISABLES_ACROSS)
		preempt_disable();
	task->switch_mm_flag = 0;
	if (VARIANT(copy_flag_kthread_active))
		mm = task->active_mm;
	cpu_switch_mm(mm);
	preempt_enable();
}

/* ---- the scheduler --------------------------------------------------------------------------------------------------- */

static inline void finish_lock_switch(void)
{
	struct task *prev;

	if ((MIGRATES || EXITS) && (prev = rq_prev[sd_cpu_id()])) {
		rq_prev[sd_cpu_id()] = nullptr;
		__atomic_store_n(&prev->on_cpu, 0ul, __ATOMIC_RELEASE);
	}
	preempt_count_sub(1);
	if (!preempt_count()) {
		irq_on();
		preemption_point();
	}
}

static inline void finish_task_switch(void)
{
	struct mm *mm = nullptr;

	if (EXITS) {
		mm = rq_prev_mm[sd_cpu_id()];
		rq_prev_mm[sd_cpu_id()] = nullptr;
	}
	finish_lock_switch();
	finish_arch_post_lock_switch();
	if (mm)
		mmdrop(mm);
}

static inline void context_switch(struct task *prev, struct task *next)
{
	struct mm *mm = next->mm, *oldmm = prev->active_mm;

	if (mm) {
		switch_mm(oldmm, mm, next);
	} else {
		next->active_mm = oldmm;
		mmgrab(oldmm);
	}
	if (!prev->mm) {
		prev->active_mm = nullptr;
		if (EXITS)
			rq_prev_mm[sd_cpu_id()] = oldmm;
	}
	/* __switch_to() */
	if (COPIES_FLAG && prev->switch_mm_flag) {
		prev->switch_mm_flag = 0;
		next->switch_mm_flag = 1;
	}
	sd_context_switch(number_of(next));
	finish_task_switch();
}

static inline unsigned candidate(unsigned task, unsigned cpu)
{
	return task < NR_TASKS && may_run_on(task, cpu) && !__atomic_load_n(&tasks[task].on_cpu, __ATOMIC_ACQUIRE)
		       ? 1u << task
		       : 0;
}

/* A user task that runs nowhere, or the idle task. Without loops, each round of which would be a step. */
static inline struct task *pick_next_task(struct task *prev)
{
	unsigned cpu = sd_cpu_id(), n, choice;
	unsigned candidates = candidate(1, cpu) | candidate(2, cpu) | candidate(3, cpu);

	/* Where an address space ends idle tasks run only when nobody else can, to keep the system small. */
	if (prev != &tasks[IDLE_OF(cpu)] && !(EXITS && candidates))
		candidates |= 1u << IDLE_OF(cpu);
	if (!candidates)
		return prev;
	choice = sd_choose((candidates & 1) + (candidates >> 1 & 1) + (candidates >> 2 & 1) + (candidates >> 3 & 1) +
			   (candidates >> 4 & 1));
	if (choice > 0)
		candidates &= candidates - 1;
	if (choice > 1)
		candidates &= candidates - 1;
	if (choice > 2)
		candidates &= candidates - 1;
	n = candidates & 1 ? 0 : candidates & 2 ? 1 : candidates & 4 ? 2 : candidates & 8 ? 3 : 4;
	if (n == IDLE_OF(cpu))
		return &tasks[n];
	/* Another CPU may have been faster. */
	return __atomic_exchange_n(&tasks[n].on_cpu, 1ul, __ATOMIC_SEQ_CST) ? prev : &tasks[n];
}

/* Interrupts are off. `dies`: prev is never chosen again. */
static void schedule(bool dies)
{
	struct task *prev = current, *next;

	if (preempt_count())
		sd_violation("atomic-context", "scheduling while atomic");
	preempt_count_add(2);
	next = pick_next_task(prev);
	if (next == prev) {
		finish_lock_switch();
	} else {
		if (dies || prev == &tasks[IDLE_OF(sd_cpu_id())])
			;
		else if (MIGRATES || EXITS)
			rq_prev[sd_cpu_id()] = prev;
		else
			prev->on_cpu = 0;
		context_switch(prev, next);
	}
	irq_off();
	preempt_count_sub(1);
}

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (!preempt_count())
		schedule(false);
}

/* ---- the tasks ------------------------------------------------------------------------------------------------------- */

static inline void schedule_tail(void)
{
	finish_task_switch();
	if (FORK_PREEMPT_COUNT > 1)
		preempt_count_sub(1);
	irq_on();
}

/* Tasks that nobody preempts any more when they have come to user mode, to keep the system small. */
static inline bool stays(void)
{
	return CPUS > 1 && !MIGRATES && (EXITS || sd_context_self() == TASK_B3);
}

static void user_task(void *unused)
{
	(void)unused;
	schedule_tail();
	if (stays())
		irq_off();
	for (;;) {
		preemption_point();
		user_load(VA);
	}
}

/* Where an address space ends, and where tasks migrate, there is no timer, to keep the system small. */
static inline void yield(void)
{
	irq_off();
	schedule(false);
	irq_on();
}

/* Ends after a while, and with it its address space. */
static void dying_task(void *unused)
{
	struct task *task = current;
	struct mm *mm = task->mm;

	(void)unused;
	schedule_tail();
	user_load(VA);
	yield();
	user_load(VA);
	mmgrab(mm); /* from here on borrowed */
	task->mm = nullptr;
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	mmdrop(mm); /* the reference of its users */
	irq_off();
	sd_context_finish();
	schedule(true);
}

static inline void use_mm(struct mm *mm)
{
	struct task *task = current;

	preempt_disable(); /* task_lock() */
	irq_off();
	task->mm = mm;
	switch_mm(task->active_mm, mm, task);
	task->active_mm = mm;
	sd_expect_root(sd_context_self(), root_of(mm));
	irq_on();
	preempt_enable();
	preemption_point();
	if (!VARIANT(unconditional_finish_unpaired))
		finish_arch_post_lock_switch();
}

static inline void unuse_mm(void)
{
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	current->mm = nullptr;
}

/* Interrupts are off. */
static inline void cpu_idle(void)
{
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	sd_context_daemon(sd_context_self());
	irq_on();
	for (;;) {
		if (sd_cpu_id() == 0 && (UNCONDITIONAL || (LIBRARY && CPUS == 1))) {
			use_mm(&mms[1]);
			preemption_point();
			user_load(VA);
			preemption_point();
			unuse_mm();
		}
		if (MIGRATES || EXITS)
			yield();
		else
			wait();
	}
}

static inline void spawn(unsigned number, void (*fn)(void *), const char *name)
{
	unsigned context = sd_context_create(fn, nullptr, name);

	sd_assert(context == number);
	sd_expect_root(context, root_of(tasks[number].mm));
}

static inline void make_tasks(void)
{
	sd_name_root(root_of(&init_mm), "init_mm");
	sd_name_root(root_of(&mms[0]), "A");
	sd_name_root(root_of(&mms[1]), "B");
	if (HAS_A)
		spawn(TASK_A, EXITS ? dying_task : user_task, "A");
	spawn(TASK_B1, user_task, "B1");
	if (HAS_B2)
		spawn(TASK_B2, user_task, "B2");
	if (HAS_B3)
		spawn(TASK_B3, user_task, "B3");
	sd_set_vector(TIMER, timer);
}

#endif
