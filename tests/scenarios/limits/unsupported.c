// What is not understood ends the run where it is reached, and does no harm where it is not.
//
// variant: no-body    UNSUPPORTED
// variant: unreached  PASS
// variant: by-choice  UNSUPPORTED
// variant: pointer    UNSUPPORTED
// variant: cr4        UNSUPPORTED
// variant: fail-first FAIL assertion
// variant: fail-later FAIL assertion
//
// no-body: a function without a body is called. unreached: the call is there and never executed. by-choice: one choice of
//   two gets there: the other is fine, and the verdict is not PASS. pointer: it is called through a pointer.
// cr4: CR4.SMEP is set. fail-first: one choice violates an assertion, the other would get to the function.
// fail-later: the same, with the assertion behind more steps than the function: the FAIL stands all the same.
#include <shootdown/x86.h>

extern void elsewhere(void);
static void (*volatile function)(void) = elsewhere;
static volatile int zero;

SCENARIO
{
	unsigned chosen = sd_choose(2);

	sd_assert(!(VARIANT(fail_first) && chosen == 0));
	if (VARIANT(fail_later) && chosen == 0) {
		for (unsigned n = 0; n < 8; n++) {
			sti();
			cli();
		}
		sd_assert(zero);
	}
	if (VARIANT(cr4))
		mov_to_cr4(mov_from_cr4() | 1ul << 20);
	if (VARIANT(pointer))
		function();
	if (VARIANT(no_body) || VARIANT(fail_first) || VARIANT(fail_later) || (VARIANT(by_choice) && chosen) || zero)
		elsewhere();
}
