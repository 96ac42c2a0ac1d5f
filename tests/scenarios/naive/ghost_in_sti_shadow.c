/* A ghost statement is no instruction: STI's shadow lasts over it, to the instruction behind it.
 *
 * machine: i386
 * variant: ghost         PASS
 * variant: instruction   FAIL assertion
 *
 * The timer's handler must not come between STI and CLI: the CLI is in the shadow of the STI, whatever is said to the
 * checker between the two. instruction: a MOV from CR3 in between ends the shadow, and the timer may come behind it.
 */
#include <shootdown/x86.h>

static volatile unsigned long page[1024] __attribute__((aligned(4096)));

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_assert(0);
}

SCENARIO
{
	sd_set_vector(32, timer);
	sd_timer(32);
	sd_assert(page[0] == 0);
	sti();
	if (VARIANT(instruction))
		mov_from_cr3();
	else
		sd_page_in_use((unsigned long)page);
	cli();
}
