// A cover point that no execution reaches.
//
// variant: never     VACUOUS
// variant: one       VACUOUS
// variant: some      PASS
// variant: handler   VACUOUS
// variant: fails     FAIL assertion
//
// never: behind a condition that is never true. one: two points, of which one is reached. some: reached by one choice of
//   three only, which is enough. handler: in the handler of an interrupt that nothing raises.
// fails: a FAIL is one, whatever was not reached.
#include <shootdown/x86.h>

static volatile int never;

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (VARIANT(handler))
		sd_cover("the handler");
}

SCENARIO
{
	unsigned chosen = sd_choose(3);

	sd_set_vector(0x40, interrupt);
	sti();
	sd_assert(!VARIANT(fails));
	if (VARIANT(some)) {
		if (chosen == 2)
			sd_cover("the third choice");
	} else if (VARIANT(never) || VARIANT(one) || VARIANT(fails)) {
		if (VARIANT(one))
			sd_cover("the way");
		if (never)
			sd_cover("the flag");
	}
}
