// Handlers within handlers: each depth of nesting is a party of its own that can be interrupted by the next.
//
// machine: x86-64, i386
// variant: race    FAIL assertion
// variant: masked  PASS
//
// Interrupts are off up to the third handler, which is entered by INT n and switches them on. So the timer's handler,
// the only one that writes `word`, runs at the fourth depth and nowhere else. race: it may come between the two loads.
// masked: the loads stand behind CLI.
#include <shootdown/x86.h>

#define TIMER 0x20u
#define FIRST 0x81u

static unsigned word;

static void tick(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&word, 1u, __ATOMIC_RELAXED);
}

static void third(unsigned long error_code, unsigned long from_user)
{
	unsigned before;

	(void)error_code;
	(void)from_user;
	sti();
	if (VARIANT(masked))
		cli();
	before = __atomic_load_n(&word, __ATOMIC_RELAXED);
	sd_assert(__atomic_load_n(&word, __ATOMIC_RELAXED) == before);
	cli();
}

static void second(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	int_n(FIRST + 2);
}

static void first(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	int_n(FIRST + 1);
}

SCENARIO
{
	sd_set_vector(FIRST, first);
	sd_set_vector(FIRST + 1, second);
	sd_set_vector(FIRST + 2, third);
	sd_set_vector(TIMER, tick);
	sd_timer(TIMER);
	int_n(FIRST);
}
