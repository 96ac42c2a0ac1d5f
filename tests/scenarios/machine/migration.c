/* A context that is preempted on one CPU and goes on on another.
 *
 * cpus: 2
 * options: --cpu-features pcid/none
 * variant: cpu-id         FAIL assertion
 * variant: per-cpu        FAIL assertion
 * variant: feature        FAIL assertion
 * variant: masked         PASS
 *
 * The task on CPU 0 says that it has begun. From then on, and not before, a timer interrupt may take it off CPU 0, and
 * CPU 1 carries on with it. The three that fail look only afterwards where they are: by number, by a per-CPU variable,
 * by a feature that CPU 0 alone has. Nothing stands between the announcement and the look, so the checker must not take
 * the two for one step.
 * masked: interrupts are off from before the announcement, so the task is where it began.
 */
#include <shootdown/x86.h>

#define TIMER 0xec
#define PER_CPU(type, name) static __attribute__((section(".data..percpu"))) type __seg_gs name

PER_CPU(unsigned long, where);
static unsigned long begun, given_up;
static unsigned task, idle[2];

static void elsewhere(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&given_up, __ATOMIC_ACQUIRE))
		pause();
	sd_context_switch(task);
}

/* CPU 0's second context: it runs when the task has left, and only then may CPU 1 have it. */
static void left(void *unused)
{
	(void)unused;
	__atomic_store_n(&given_up, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		hlt();
}

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (sd_cpu_id() == 0 && sd_context_self() == task && __atomic_load_n(&begun, __ATOMIC_RELAXED))
		sd_context_switch(idle[0]);
}

static void look(void *unused)
{
	(void)unused;
	where = 0;
	if (VARIANT(masked))
		cli();
	else
		sti();
	__atomic_store_n(&begun, 1ul, __ATOMIC_RELAXED);
	if (VARIANT(per_cpu))
		sd_assert(where == 0);
	else if (VARIANT(feature))
		sd_assert(cpu_has(X86_FEATURE_PCID));
	else
		sd_assert(sd_cpu_id() == 0);
	sd_cover("the task has looked");
	sd_context_finish();
	for (;;)
		hlt();
}

static void start(void *unused)
{
	(void)unused;
	where = 1;
	elsewhere(0);
}

SCENARIO
{
	sd_set_vector(TIMER, timer);
	task = sd_context_create(look, 0, "task");
	idle[0] = sd_context_create(left, 0, "idle0");
	idle[1] = sd_cpu_start(1, start, 0, "idle1");
	sd_context_daemon(idle[0]);
	sd_context_daemon(idle[1]);
	sd_timer(TIMER);
	sd_context_finish();
	sd_context_switch(task);
}
