// An interrupt handler that never returns.
//
// variant: spins      FAIL deadlock "endless loop"
// variant: halts      FAIL deadlock
// variant: enables    FAIL deadlock
// variant: page-fault FAIL deadlock
// variant: returns    PASS
//
// spins: it loops with interrupts off. halts: it halts with interrupts off. enables: it loops with interrupts on, where
//   the timer interrupts it, whose handler does nothing: nobody makes progress. page-fault: the handler of a page fault
//   returns and has done nothing: each round returns, and the access is never made.
// returns: it does.
#include "../machine/tables.h"

#define VECTOR 0x40
#define TIMER 0x20

static volatile int never;

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (VARIANT(returns) || VARIANT(page_fault))
		return;
	if (VARIANT(halts))
		hlt();
	if (VARIANT(enables))
		sti();
	while (!never)
		pause();
}

SCENARIO
{
	sd_assert(1);
	sd_set_vector(VECTOR, interrupt);
	sd_set_vector(X86_TRAP_PF, interrupt);
	sd_set_vector(TIMER, timer);
	if (VARIANT(page_fault)) {
		paging_on(new_table());
		user_load(VA);
	}
	if (VARIANT(enables))
		sd_timer(TIMER);
	sd_raise(VECTOR);
	sti();
	never = never;
	cli();
}
