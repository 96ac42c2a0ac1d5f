// The interrupt flag: CLI, STI and its shadow, PUSHF, POPF; and when a pending interrupt is taken.
//
// machine: x86-64, i386
// variant: off        PASS
// variant: cli        PASS
// variant: timer      FAIL assertion
// variant: once       PASS
// variant: twice      FAIL assertion
// variant: sti        PASS
// variant: shadow     PASS
// variant: no-shadow  FAIL assertion
// variant: pushf      PASS
// variant: popf       PASS
// variant: popf-off   PASS
//
// off, cli: the interrupt is pending while IF is 0, at boot or after CLI: it is not taken.
// timer: with IF = 1 the timer may come before any instruction, also before the assertion's load.
// once: a vector raised twice before it is taken is pending once. twice: raised again after it was taken, it comes again.
// sti: IF is 1 after STI, so HLT, which lies in its shadow, is left by the pending interrupt.
// shadow: between an STI that sets IF and the CLI behind it nothing comes. no-shadow: the second of two STIs finds IF set
//   and delays nothing, and the shadow of the first covers the second only: it may come before the CLI.
// pushf: reads IF as STI and CLI left it. popf: sets IF, without a shadow: the pending interrupt comes, sooner or later.
// popf-off: clears it.
#include <shootdown/x86.h>

#define VECTOR 0xf0u

static unsigned taken;

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&taken, taken + 1, __ATOMIC_RELAXED);
}

static unsigned times_taken(void)
{
	mov_from_cr0(); /* an instruction before which an interrupt can come */
	return __atomic_load_n(&taken, __ATOMIC_RELAXED);
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	if (VARIANT(timer)) {
		sd_timer(VECTOR);
		sti();
		sd_assert(times_taken() == 0);
		return;
	}
	if (VARIANT(cli)) {
		sti();
		cli();
	}
	if (VARIANT(popf_off)) {
		sti();
		popf(0);
	}
	if (VARIANT(pushf)) {
		sd_assert(!(pushf() & X86_EFLAGS_IF));
		sti();
		sd_assert(pushf() & X86_EFLAGS_IF);
		cli();
		sd_assert(!(pushf() & X86_EFLAGS_IF));
		return;
	}
	sd_raise(VECTOR);
	if (VARIANT(sti)) {
		sti();
		hlt();
		sd_assert(times_taken() == 1);
		return;
	}
	if (VARIANT(popf)) {
		popf(X86_EFLAGS_IF);
		while (times_taken() == 0)
			pause();
		sd_assert(times_taken() == 1);
		return;
	}
	if (VARIANT(once) || VARIANT(twice)) {
		if (VARIANT(once))
			sd_raise(VECTOR);
		sti_hlt();
		if (VARIANT(twice))
			sd_raise(VECTOR);
		mov_from_cr0();
		sd_assert(times_taken() == 1);
		return;
	}
	if (VARIANT(shadow) || VARIANT(no_shadow)) {
		sti();
		if (VARIANT(no_shadow))
			sti();
		cli();
	}
	sd_assert(times_taken() == 0);
}
