/* A context leaves CPU 0 while a store of its waits in that CPU's buffer, and goes on on CPU 1.
 *
 * cpus: 2
 * variant: ipi     UNSUPPORTED
 * variant: fence   PASS
 * variant: store   PASS
 * variant: sc      PASS --memory sc
 *
 * ipi: CPU 1 is told by an IPI. On x86 that is a write to the x2APIC's ICR, which waits for no store (SDM 3, 10.12.3), so
 * the context may load its own variable on CPU 1 before its store has left CPU 0. That is not modelled, and refused.
 * fence: MFENCE before the IPI. store: CPU 1 waits besides for a store that CPU 0 makes after the switch; stores are
 * seen in their order. sc: no store waits.
 */
#include <shootdown/x86.h>

#define TAKE 0x30u

static volatile unsigned long value;
static unsigned long given_up;
static unsigned task, idle[2];

static void take(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	while (VARIANT(store) && !__atomic_load_n(&given_up, __ATOMIC_ACQUIRE))
		pause();
	sd_context_switch(task);
}

static void elsewhere(void *unused)
{
	(void)unused;
	sti();
	for (;;)
		hlt();
}

/* CPU 0's second context: it runs when the task has left. */
static void left(void *unused)
{
	(void)unused;
	if (VARIANT(fence))
		mfence();
	__atomic_store_n(&given_up, 1ul, __ATOMIC_RELEASE);
	sd_send_ipi(1, TAKE);
	sd_context_finish();
	for (;;)
		hlt();
}

static void move(void *unused)
{
	(void)unused;
	value = 1;
	sd_context_switch(idle[0]);
	sd_assert(value == 1);
	sd_cover("the task goes on");
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_set_vector(TAKE, take);
	task = sd_context_create(move, 0, "task");
	idle[0] = sd_context_create(left, 0, "idle0");
	idle[1] = sd_cpu_start(1, elsewhere, 0, "idle1");
	sd_context_daemon(idle[1]);
	sd_context_finish();
	sd_context_switch(task);
}
