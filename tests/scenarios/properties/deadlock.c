// deadlock: from here on nobody makes progress, and not all work is done.
//
// variant: halted     FAIL deadlock
// variant: spinning   FAIL deadlock "endless loop"
// variant: lost       FAIL deadlock
// variant: sti-hlt    PASS
// variant: daemon     PASS
// variant: finished   PASS
//
// halted: HLT with interrupts off. spinning: a loop, interrupts off, for a flag that nobody sets.
// lost: a wake-up is lost: the flag is read, the interrupt that sets it comes, and only then the CPU halts. No second
//   interrupt follows. sti-hlt: the flag is read with interrupts off and STI; HLT follow: it comes in HLT at the latest.
// daemon: the context that halts was said to be one that may. finished: it has said that its work is done.
#include <shootdown/x86.h>

#define VECTOR 0x40

static volatile int flag;

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	flag = 1;
}

SCENARIO
{
	sd_assert(1);
	sd_set_vector(VECTOR, interrupt);
	if (VARIANT(halted))
		hlt();
	while (VARIANT(spinning) && !flag)
		pause();
	if (VARIANT(daemon))
		sd_context_daemon(sd_context_self());
	if (VARIANT(finished))
		sd_context_finish();
	if (VARIANT(daemon) || VARIANT(finished))
		hlt();
	sd_raise(VECTOR);
	if (VARIANT(lost)) {
		sti();
		if (!flag)
			hlt();
	} else {
		while (!flag) {
			sti_hlt();
			cli();
		}
	}
}
