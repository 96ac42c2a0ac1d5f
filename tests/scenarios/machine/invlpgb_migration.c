/* A task that is moved to another CPU between its INVLPGB and its TLBSYNC.
 *
 * machine: x86-64
 * cpus: 2
 * options: --cpu-features pge,invlpgb
 * variant: preemptible  FAIL assertion
 * variant: masked       PASS
 *
 * The task on CPU 0 changes an entry, executes INVLPGB and TLBSYNC, and says that the page is gone. A timer interrupt in
 * between takes it off CPU 0, and CPU 1 carries on with it: its TLBSYNC there waits for CPU 1's INVLPGBs, of which there
 * are none. CPU 0, which runs something else on the same table by now, may still have the old translation.
 * masked: interrupts are off around the two.
 */
#include "tables.h"

#define TIMER 0xecu

static pte_t *root;
static unsigned long begun, given_up, gone;
static unsigned task, idle[2];

static void elsewhere(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&given_up, __ATOMIC_ACQUIRE) && !__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
		pause();
	if (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
		sd_context_switch(task);
	for (;;)
		hlt();
}

/* CPU 0's second context, which uses the page when it is said to be gone. */
static void left(void *unused)
{
	(void)unused;
	__atomic_store_n(&given_up, 1ul, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
		pause();
	sd_assert(user_load(VA) == 2);
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

static void unmap(void *unused)
{
	(void)unused;
	__atomic_exchange_n(entry(root, 1, VA), (unsigned long)frames[2] | USER_PAGE, __ATOMIC_SEQ_CST);
	if (!VARIANT(masked))
		sti();
	__atomic_store_n(&begun, 1ul, __ATOMIC_RELAXED);
	invlpgb(VA | X86_INVLPGB_VA, 0, 0);
	tlbsync();
	__atomic_store_n(&gone, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(masked))
		sti();
	sd_cover("the page is gone");
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	root = new_table();
	map(root, VA, frame(1), USER_PAGE);
	frame(2);
	paging_on(root);
	sd_set_vector(TIMER, timer);
	task = sd_context_create(unmap, 0, "task");
	idle[0] = sd_context_create(left, 0, "idle0");
	idle[1] = sd_cpu_start(1, elsewhere, 0, "idle1");
	sd_context_daemon(idle[0]);
	sd_context_daemon(idle[1]);
	sd_timer(TIMER);
	sd_context_finish();
	sd_context_switch(task);
}
