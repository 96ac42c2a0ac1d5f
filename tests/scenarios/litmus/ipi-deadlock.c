// Two CPUs send each other an interrupt and wait, with interrupts off, until the other has taken it.
//
// cpus: 2
// variant: both-off  FAIL deadlock
// variant: one-on    PASS
//
// both-off: neither takes its interrupt, so neither stops waiting: once both wait, nothing can happen any more.
// one-on: CPU 1 waits with interrupts on, takes CPU 0's and answers it; CPU 0 goes on, enables interrupts and takes
//   CPU 1's.
#include <shootdown/x86.h>

#define VECTOR 0xf0

static unsigned long taken[2 * 8];

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&taken[8 * sd_cpu_id()], 1ul, __ATOMIC_RELAXED);
}

static void ask(unsigned other)
{
	sd_send_ipi(other, VECTOR);
	while (!__atomic_load_n(&taken[8 * other], __ATOMIC_RELAXED))
		pause();
}

static void part1(void *unused)
{
	(void)unused;
	if (VARIANT(one_on))
		sti();
	ask(0);
	sd_cover("CPU 1 has its answer");
	sd_context_finish();
	sti();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_cpu_start(1, part1, 0, "P1");
	ask(1);
	sd_cover("CPU 0 has its answer");
	sd_assert(taken[8]);
	sti();
	sd_context_finish();
	for (;;)
		hlt();
}
