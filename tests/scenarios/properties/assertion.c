// assertion: what the code itself says must hold.
//
// variant: false     FAIL assertion
// variant: true      PASS
// variant: choice    FAIL assertion
// variant: trap      FAIL assertion BUG
// variant: returned  FAIL assertion returned
// variant: switch    FAIL assertion switch
//
// choice: one of three choices breaks it, and every choice is tried. trap: __builtin_trap().
// returned: a context's function returns, which it must not. switch: to a context that does not exist.
#include <shootdown/x86.h>

static void context(void *unused)
{
	(void)unused;
	sd_context_finish();
}

SCENARIO
{
	unsigned chosen = sd_choose(3);

	sd_assert(VARIANT(choice) ? chosen != 2 : !VARIANT(false));
	if (VARIANT(trap))
		__builtin_trap();
	if (VARIANT(returned))
		sd_context_switch(sd_context_create(context, 0, "returns"));
	if (VARIANT(switch))
		sd_context_switch(7);
}
