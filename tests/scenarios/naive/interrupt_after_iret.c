/* Between a handler's IRET and the next instruction another interrupt may come, also where the handler's last act is an
 * access.
 *
 * machine: i386
 * variant: window    FAIL freed-page
 * variant: once      PASS
 *
 * The handler writes a page and frees it. The instruction behind the only boundary with interrupts on is CLI, so the
 * handler runs twice only if the second interrupt comes at that boundary again, after the return of the first. The
 * access is at an address that is always mapped and harmless.
 * once: the handler masks what it returns to by ending in a halt with interrupts off.
 */
#include <shootdown/x86.h>

#define PAGE 0x400000ul
#define RIGHTS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

static volatile unsigned long directory[1024] __attribute__((aligned(4096)));
static volatile unsigned long table[1024] __attribute__((aligned(4096)));
static volatile unsigned long mapped[1024] __attribute__((aligned(4096)));
static volatile unsigned long freed[1024] __attribute__((aligned(4096)));

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	freed[0] = 1;
	sd_page_freed((unsigned long)freed);
	kernel_load(PAGE);
	if (VARIANT(once)) {
		sd_context_finish();
		for (;;)
			hlt();
	}
}

SCENARIO
{
	table[0] = (unsigned long)mapped | RIGHTS;
	directory[1] = (unsigned long)table | RIGHTS;
	sd_set_vector(32, timer);
	sd_timer(32);
	mov_to_cr3((unsigned long)directory);
	mov_to_cr0(X86_CR0_PE | X86_CR0_PG | X86_CR0_WP);
	sti();
	mov_from_cr3(); /* the shadow of STI ends */
	cli();
	sd_context_finish();
	for (;;)
		hlt();
}
