// `x++` on memory is a load and a store, two steps, where a compiler may make one instruction of it: an interrupt may come
// in between. A relaxed atomic is one instruction.
//
// variant: plain    FAIL assertion
// variant: relaxed  PASS
#include <shootdown/x86.h>

static volatile int count, done;

static void add(void)
{
	if (VARIANT(plain))
		count++;
	else
		__atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
}

static void handler(unsigned long error_code, unsigned long from_user)
{
	add();
	done = 1;
}

SCENARIO
{
	sd_set_vector(0x40, handler);
	sti();
	sd_raise(0x40);
	add();
	while (!done)
		pause();
	cli();
	sd_assert(count == 2);
}
