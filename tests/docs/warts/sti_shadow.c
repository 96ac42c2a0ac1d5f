// After STI no interrupt comes before the next instruction has executed; that is the next one of the checker's, which may
// be less than one of the machine's. To sleep without losing a wake-up: sti_hlt(), or both in one asm statement.
//
// variant: macro     PASS
// variant: asm       PASS
// variant: three      FAIL deadlock
#include <shootdown/x86.h>

static volatile int woken;
static volatile unsigned n;

static void handler(unsigned long error_code, unsigned long from_user)
{
	woken = 1;
}

SCENARIO
{
	sd_set_vector(0x40, handler);
	sd_raise(0x40);
	if (VARIANT(macro)) {
		sti_hlt();
	} else if (VARIANT(asm)) {
		asm volatile("sti; hlt" : : : "memory");
	} else {
		asm volatile("sti; incl %0; hlt" : "+m"(n) : : "memory"); // here hardware may lose it as well
	}
	cli();
	sd_assert(woken);
}
