/* The scheduler of this folder: what of Linux's of 2013 the question needs, and no more.
 *
 * User tasks A, B1 and B2, of address spaces A and B (B1 and B2 are threads of one), are new in the beginning: each begins
 * in the middle of the switch to it, with the preempt count FORK_PREEMPT_COUNT. They load from a page in user mode, for
 * ever. Each CPU has an idle task, a kernel thread that borrows whatever was there. The timer may come wherever interrupts
 * are on, and goes over to any task that runs nowhere, if the preempt count is 0.
 *
 *                                        interrupts   count of the task, a new thread's
 *	schedule()                               off        2
 *	switch_mm(), __switch_to()                                       1 or 2
 *	finish_lock_switch()                     on         1            0 or 1
 *	finish_arch_post_lock_switch()
 *	                                                    0            0
 *
 * How switch_mm() leaves work to finish_arch_post_lock_switch() is what the variants differ in; see note_deferred() and
 * finish_arch_post_lock_switch().
 *
 * A machine's file defines, before the include: CPUS; VA; struct mm with `root`, `count` and `pending`; mms[2] (A, B) and
 * init_mm; cpu_switch_mm(); load_kernel_root(); deferred() (1: this switch is left to the finish); irq_on(), irq_off(),
 * wait(), relax(); LIBRARY, library_start(), library_finish(); and as expressions of VARIANT() PER_MM_FLAG, PER_MM_COUNTER,
 * and EXITS: task A exits after a while, and address spaces have references.
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
	unsigned dead;
};

/* A task's number is its context's. */
static struct task tasks[4 + CPUS];
static unsigned idle_of[CPUS];
static unsigned nr_tasks;
#define current (&tasks[sd_context_self()])
#define number_of(task) ((unsigned)((task) - tasks))

/* Bit n: task n may be chosen and runs on no CPU. Idle tasks are never in it. */
static unsigned rq_ready;
static unsigned rq_locked;
/* What the task before the one that is switched to had borrowed. */
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

/* ---- references: only where an address space ends ------------------------------------------------------------------ */

static inline void mmgrab(struct mm *mm)
{
	if (EXITS)
		__atomic_fetch_add(&mm->count, 1, __ATOMIC_SEQ_CST);
}

static inline void mmdrop(struct mm *mm)
{
	if (EXITS && __atomic_sub_fetch(&mm->count, 1, __ATOMIC_SEQ_CST) == 0)
		sd_page_freed(mm->root);
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
	if (prev == next)
		return;
	if (UNCONDITIONAL || deferred()) {
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
		if (VARIANT(copy_flag_kthread_drops))
			task->switch_mm_flag = 0;
		if (!VARIANT(copy_flag_kthread_active))
			return;
	}
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
	if (CPUS > 1)
		__atomic_store_n(&rq_locked, 0u, __ATOMIC_RELEASE);
	preempt_count_sub(1);
	irq_on();
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

/* A user task that runs nowhere, or the idle task. */
static inline struct task *pick_next_task(struct task *prev)
{
	unsigned idle = idle_of[sd_cpu_id()], ready = rq_ready, n, choices = 0, choice;

	for (n = 0; n < nr_tasks; n++)
		choices += ready >> n & 1u;
	if (number_of(prev) != idle)
		choices++;
	if (!choices)
		return prev;
	choice = sd_choose(choices);
	for (n = 0; n < nr_tasks; n++)
		if ((ready >> n & 1) && !choice--)
			break;
	if (n == nr_tasks)
		n = idle;
	else
		ready &= ~(1u << n);
	if (number_of(prev) != idle && !prev->dead)
		ready |= 1u << number_of(prev);
	rq_ready = ready;
	return &tasks[n];
}

/* Interrupts are off. */
static void schedule(void)
{
	struct task *prev = current, *next;

	if (preempt_count())
		sd_violation("atomic-context", "scheduling while atomic");
	preempt_count_add(2);
	while (CPUS > 1 && __atomic_exchange_n(&rq_locked, 1u, __ATOMIC_SEQ_CST))
		relax();
	next = pick_next_task(prev);
	if (next != prev)
		context_switch(prev, next);
	else
		finish_lock_switch();
	irq_off();
	preempt_count_sub(1);
}

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (!preempt_count())
		schedule();
}

/* ---- the tasks ------------------------------------------------------------------------------------------------------- */

static inline void schedule_tail(void)
{
	finish_task_switch();
	if (FORK_PREEMPT_COUNT > 1)
		preempt_count_sub(1);
}

static void user_task(void *unused)
{
	(void)unused;
	schedule_tail();
	for (;;)
		user_load(VA);
}

/* Ends after a while, and with it its address space. */
static void dying_task(void *unused)
{
	struct task *task = current;
	struct mm *mm = task->mm;

	(void)unused;
	schedule_tail();
	user_load(VA);
	mmgrab(mm); /* from here on borrowed */
	task->mm = nullptr;
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	mmdrop(mm); /* the reference of its users */
	irq_off();
	task->dead = 1;
	sd_context_finish();
	schedule();
}

static inline void use_mm(struct mm *mm)
{
	struct task *task = current;

	preempt_disable(); /* task_lock() */
	irq_off();
	task->mm = mm;
	switch_mm(task->active_mm, mm, task);
	task->active_mm = mm;
	sd_expect_root(sd_context_self(), mm->root);
	irq_on();
	preempt_enable();
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
	sd_context_daemon(sd_context_self());
	irq_on();
	for (;;) {
		if (sd_cpu_id() == 0 && (UNCONDITIONAL || LIBRARY)) {
			use_mm(&mms[1]);
			user_load(VA);
			unuse_mm();
		}
		wait();
	}
}

static inline void spawn(struct mm *mm, void (*fn)(void *), const char *name)
{
	unsigned context = sd_context_create(fn, nullptr, name);
	struct task *task = &tasks[context];

	task->mm = mm;
	task->active_mm = mm;
	if (!COUNTS_PER_CPU)
		task->preempt_count = FORK_PREEMPT_COUNT;
	sd_expect_root(context, mm->root);
	rq_ready |= 1u << context;
	nr_tasks = context + 1;
}

/* CPU's idle task, which runs on the kernel's tables at first. */
static inline void init_idle(unsigned cpu, unsigned context)
{
	idle_of[cpu] = context;
	tasks[context].active_mm = &init_mm;
	mmgrab(&init_mm);
	sd_expect_root(context, SD_NO_ROOT);
}

static inline void make_tasks(void)
{
	sd_name_root(init_mm.root, "init_mm");
	sd_name_root(mms[0].root, "A");
	sd_name_root(mms[1].root, "B");
	if (EXITS)
		init_mm.count = mms[0].count = mms[1].count = 1;
	init_idle(0, sd_context_self());
	spawn(&mms[0], EXITS ? dying_task : user_task, "A");
	spawn(&mms[1], user_task, "B1");
	spawn(&mms[1], user_task, "B2");
	sd_set_vector(TIMER, timer);
}

#endif
