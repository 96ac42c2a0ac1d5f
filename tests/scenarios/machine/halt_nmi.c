// An NMI may come between STI and HLT: the shadow of STI holds maskable interrupts back and need not hold NMIs (SDM 2,
// STI; SDM 3, 6.8.3).
//
// machine: x86-64, i386
// variant: asm     FAIL deadlock
// variant: call    FAIL deadlock
// variant: no-nmi  PASS
//
// The wake-up is pending when the idle loop switches interrupts on. asm, call: an NMI comes behind STI; its IRET ends
// the shadow, the wake-up is taken before HLT, and HLT waits for ever. no-nmi: it is taken in HLT.
#include <shootdown/x86.h>

#define WAKE_UP 0x20u

static unsigned woken;

static void wake_up(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&woken, 1u, __ATOMIC_RELAXED);
}

static void nmi(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

SCENARIO
{
	sd_set_vector(WAKE_UP, wake_up);
#if !VARIANT(no_nmi)
	sd_set_vector(X86_TRAP_NMI, nmi);
	sd_nmi(1);
#else
	(void)nmi;
#endif
	sd_raise(WAKE_UP);
	while (!__atomic_load_n(&woken, __ATOMIC_RELAXED)) {
		if (VARIANT(call))
			sti_hlt();
		else
			asm volatile("sti; hlt" : : : "memory");
		cli();
	}
	sd_assert(woken);
}
