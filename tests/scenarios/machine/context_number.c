// The number of a context depends on who else creates one: making contexts is an operation that others can come between.
//
// variant: race    FAIL assertion
// variant: masked  PASS
//
// race: the timer's handler creates its context between the two of the boot context. masked: it cannot.
#include <shootdown/x86.h>

#define TIMER 0x20u

static unsigned created;

static void nothing(void *argument)
{
	(void)argument;
	sd_context_finish();
	for (;;)
		hlt();
}

static void daemon_context(void)
{
	sd_context_daemon(sd_context_create(nothing, 0, "handler's"));
}

static void tick(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (!created) {
		created = 1;
		daemon_context();
	}
}

SCENARIO
{
	unsigned first, second;

	sd_set_vector(TIMER, tick);
	sd_timer(TIMER);
	if (VARIANT(race))
		sti();
	first = sd_context_create(nothing, 0, "first");
	second = sd_context_create(nothing, 0, "second");
	sd_context_daemon(first);
	sd_context_daemon(second);
	if (VARIANT(masked))
		sti();
	mov_from_cr0();
	cli();
	sd_assert(second == first + 1);
}
