/* The two systems of this folder, without what is the machine's: a scheduler of a few lines each.
 *
 * One CPU (the variants `up-*`). Tasks A and B have an address space each, and load from their page in user mode. K has
 * none, and runs on whatever was loaded before it. Again and again K takes A's page away, flushes, and promises that it is
 * gone. The timer may come wherever interrupts are on and the preempt count is 0, and goes over to any of the three; an
 * address space is loaded only if it is not the one that is believed to be loaded (`active`).
 *
 * Two CPUs (`smp-*`). One task and one address space. The task loads from its page in user mode; in the kernel it takes the
 * page away, flushes, and promises. Wherever it may be preempted it may go on on the other CPU. The CPU that it leaves
 * idles, and has the address space still loaded unless the machine's file says otherwise. The other CPU is told to flush by
 * an interrupt; the sender waits.
 *
 * A fault puts another page in the place, once the promise was made; until then the access is tried again.
 *
 * A machine's file defines, before the include:
 *   VA, set_entry(space, frame)   the page of an address space (0, 1) is frame 0 or 1 (of two of its own)
 *   clear_entry(space)            there is no page
 *   root_of(space)                its table's address
 *   load_space(space)             what switch_mm() does; space KERNEL has no page
 *   irq_on(), irq_off()
 *   UP                            an expression of VARIANT(): one CPU
 *   and, for two CPUs, SMP_VARIANT,
 *   relax()                       in a loop that waits for another CPU
 *   before_ipi(), before_switch() what has to come before an interrupt is sent, and before a task leaves its CPU
 *   leaves_space()                1: the CPU that a task leaves goes over to the kernel's tables
 *   translation_on()              on the kernel's tables
 * and, behind it, flush_up(); flush_this_cpu(), flush_every_cpu().
 */
#ifndef FLUSH_SYSTEM_H
#define FLUSH_SYSTEM_H

#define TIMER 0xecu
#define FLUSH_VECTOR 0xfdu
#define A 0u
#define B 1u
#define KERNEL 2u
#define NOBODY 2u /* the address space of K */

/* Of the one task of the second system, and of the CPU in the first: the timer leaves it alone if this is not 0. */
static volatile unsigned preempt_count;

static inline void preempt_disable(void)
{
	preempt_count++;
}

static inline void preempt_enable(void)
{
	preempt_count--;
}

/* The page is away, and promised to be. */
static unsigned promised;
static unsigned frame_of_a;

static void promise(void)
{
	sd_revoked(root_of(A), VA);
	__atomic_store_n(&promised, 1u, __ATOMIC_RELEASE);
}

static void fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (!__atomic_load_n(&promised, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&promised, 0u, __ATOMIC_RELAXED);
	frame_of_a = !frame_of_a;
	set_entry(A, frame_of_a);
}

static void name_roots(unsigned spaces)
{
	sd_name_root(root_of(A), "A");
	sd_name_root(root_of(KERNEL), "kernel");
	if (spaces == 2)
		sd_name_root(root_of(B), "B");
}

/* ---- one CPU ----------------------------------------------------------------------------------------------------- */

/* The address space that the scheduler believes to be loaded. */
static volatile unsigned active;
static unsigned running; /* A, B, or K: NOBODY */
static unsigned task_of[3];

static void flush_up(void);

static void timer_up(unsigned long error_code, unsigned long from_user)
{
	unsigned next;

	(void)error_code;
	(void)from_user;
	if (preempt_count)
		return;
	next = sd_choose(3);
	if (next == running)
		return;
	if (next != NOBODY && next != active) {
		load_space(next);
		active = next;
	}
	running = next;
	sd_context_switch(task_of[next]);
}

static void user_task(void *unused)
{
	(void)unused;
	irq_on();
	for (;;)
		user_load(VA);
}

static void kernel_thread(void *unused)
{
	unsigned before;

	(void)unused;
	irq_on();
	for (;;) {
		sd_operation_begin("flush");
		clear_entry(A);
		before = active;
		flush_up();
		sd_operation_end("flush");
		if (UP && active != before)
			sd_cover("K has been preempted while it flushed, and runs on another address space");
		promise();
		while (__atomic_load_n(&promised, __ATOMIC_ACQUIRE))
			;
	}
}

/* Does not return. */
static void run_up(void)
{
	name_roots(2);
	task_of[A] = sd_context_create(user_task, 0, "A");
	task_of[B] = sd_context_create(user_task, 0, "B");
	task_of[NOBODY] = sd_context_create(kernel_thread, 0, "K");
	sd_expect_root(task_of[A], root_of(A));
	sd_expect_root(task_of[B], root_of(B));
	sd_expect_root(task_of[NOBODY], SD_NO_ROOT);
	sd_set_vector(TIMER, timer_up);
	sd_timer(TIMER);
	load_space(A);
	active = A;
	running = A;
	sd_context_finish();
	sd_context_switch(task_of[A]);
}

/* ---- two CPUs ---------------------------------------------------------------------------------------------------- */

#ifdef SMP_VARIANT
static unsigned task, idle_of[2];
/* 1 while the task runs on no CPU. */
static unsigned ready;
static unsigned acknowledged, set_up;
static unsigned loaded[2];

static void flush_this_cpu(void);
static void flush_every_cpu(void);

static void timer_smp(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (sd_context_self() != task || preempt_count || VARIANT(smp_pinned))
		return;
	before_switch();
	sd_context_switch(idle_of[sd_cpu_id()]);
}

static void flush_interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	flush_this_cpu();
	__atomic_store_n(&acknowledged, 1u, __ATOMIC_RELEASE);
}

static void flush_other_cpu(void)
{
	__atomic_store_n(&acknowledged, 0u, __ATOMIC_RELAXED);
	before_ipi();
	sd_send_ipi(!sd_cpu_id(), FLUSH_VECTOR);
	while (!__atomic_load_n(&acknowledged, __ATOMIC_ACQUIRE))
		relax();
}

/* Interrupts are off but for a moment in each round, when the other CPU's may come. */
static void idle(void)
{
	unsigned cpu = sd_cpu_id();

	for (;;) {
		while (!__atomic_exchange_n(&ready, 0u, __ATOMIC_SEQ_CST)) {
			irq_on();
			relax();
			irq_off();
		}
		if (!loaded[cpu])
			load_space(A);
		loaded[cpu] = 1;
		sd_context_switch(task);
		if (leaves_space()) {
			load_space(KERNEL);
			loaded[cpu] = 0;
		}
		/* Only now may another CPU switch to it. */
		__atomic_store_n(&ready, 1u, __ATOMIC_RELEASE);
	}
}

/* Preemption is off from the change to the promise. */
#define GUARDED (VARIANT(smp_local_guarded) || VARIANT(smp_ipi))

static void task_smp(void *unused)
{
	unsigned began;

	(void)unused;
	irq_on();
	for (;;) {
		user_load(VA);
		if (GUARDED)
			preempt_disable();
		sd_operation_begin("flush");
		clear_entry(A);
		began = sd_cpu_id();
		if (VARIANT(smp_local) || VARIANT(smp_local_guarded) || VARIANT(smp_pinned)) {
			flush_this_cpu();
		} else if (VARIANT(smp_ipi) || VARIANT(smp_ipi_preemptible)) {
			flush_this_cpu();
			flush_other_cpu();
		} else {
			flush_every_cpu();
		}
		sd_operation_end("flush");
		if (!UP && !GUARDED && !VARIANT(smp_pinned) && sd_cpu_id() != began)
			sd_cover("the task has moved while it flushed");
		promise();
		if (GUARDED)
			preempt_enable();
	}
}

static void start_secondary(void *unused)
{
	(void)unused;
	sd_context_daemon(sd_context_self());
	translation_on();
	__atomic_store_n(&set_up, 1u, __ATOMIC_RELEASE);
	idle();
}

static void run_smp(void)
{
	name_roots(1);
	task = sd_context_create(task_smp, 0, "task");
	sd_expect_root(task, root_of(A));
	sd_set_vector(TIMER, timer_smp);
	sd_set_vector(FLUSH_VECTOR, flush_interrupt);
	sd_timer(TIMER);
	idle_of[1] = sd_cpu_start(1, start_secondary, 0, "idle");
	while (!__atomic_load_n(&set_up, __ATOMIC_ACQUIRE))
		relax();
	__atomic_store_n(&ready, 1u, __ATOMIC_RELEASE);
	sd_context_daemon(sd_context_self());
	idle();
}
#endif

#endif
