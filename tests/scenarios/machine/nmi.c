// Non-maskable interrupts.
//
// machine: x86-64, i386
// variant: masked   FAIL assertion
// variant: blocked  PASS
// variant: nested   FAIL assertion
//
// masked: an NMI comes although IF is 0. blocked: a second one waits until the handler of the first returns.
// nested: any IRET ends the blocking, also that of INT n inside the NMI's handler: the second NMI may come inside the first.
#include <shootdown/x86.h>

#define VECTOR 0xf0u

static unsigned taken, depth;

static void nmi(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	depth++;
	sd_assert(depth == 1);
	if (VARIANT(nested))
		int_n(VECTOR);
	mov_from_cr0();
	mov_from_cr0();
	depth--;
	__atomic_store_n(&taken, taken + 1, __ATOMIC_RELAXED);
}

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

SCENARIO
{
	sd_set_vector(X86_TRAP_NMI, nmi);
	sd_set_vector(VECTOR, handler);
	sd_nmi(VARIANT(masked) ? 1 : 2);
	mov_from_cr0();
	mov_from_cr0();
	if (VARIANT(masked))
		sd_assert(__atomic_load_n(&taken, __ATOMIC_RELAXED) == 0);
	else if (__atomic_load_n(&taken, __ATOMIC_RELAXED) == 2)
		sd_cover("two NMIs");
}
