// HLT.
//
// machine: x86-64, i386
// variant: waits       PASS
// variant: sti-hlt     PASS
// variant: goes-on     PASS
// variant: lost        FAIL deadlock
// variant: masked      FAIL deadlock
//
// waits, sti-hlt: nothing behind HLT is executed before the interrupt was taken: STI's shadow, or "sti; hlt" as one
//   statement, keeps it from coming too early.
// goes-on: when the handler returns, execution goes on behind HLT: two interrupts end two HLTs.
// lost: with IF = 1 the interrupt may come before HLT, which then waits for ever. masked: with IF = 0 none ends it.
#include <shootdown/x86.h>

#define VECTOR 0xf0u

static unsigned taken;

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&taken, taken + 1, __ATOMIC_RELAXED);
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	if (VARIANT(lost))
		sti();
	sd_raise(VECTOR);
	if (VARIANT(waits))
		sti();
	if (VARIANT(sti_hlt) || VARIANT(goes_on))
		sti_hlt();
	else
		hlt();
	sd_assert(__atomic_load_n(&taken, __ATOMIC_RELAXED) == 1);
	if (VARIANT(goes_on)) {
		cli();
		sd_raise(VECTOR);
		sti_hlt();
		sd_assert(__atomic_load_n(&taken, __ATOMIC_RELAXED) == 2);
	}
	sd_cover("behind HLT");
}
