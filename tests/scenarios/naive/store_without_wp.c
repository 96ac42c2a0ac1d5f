/* With CR0.WP = 0 the kernel needs no W right, and taking it away takes nothing from the kernel.
 *
 * machine: i386
 * variant: clear     PASS
 * variant: set       FAIL revoked-translation
 *
 * W is taken away and D with it, nothing is invalidated, and the kernel stores. It may use the old translation, with W
 * and D: with WP = 1 that is a right it no longer has. With WP = 0 the tables' own entry would have let it store to the
 * same page, so nothing that was taken away is used.
 */
#include <shootdown/x86.h>

#define PAGE 0x400000ul
#define RIGHTS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

static volatile unsigned long directory[1024] __attribute__((aligned(4096)));
static volatile unsigned long table[1024] __attribute__((aligned(4096)));
static volatile unsigned long data[1024] __attribute__((aligned(4096)));

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	for (;;)
		hlt();
}

SCENARIO
{
	table[0] = (unsigned long)data | RIGHTS;
	directory[1] = (unsigned long)table | RIGHTS;
	sd_set_vector(X86_TRAP_PF, page_fault);
	mov_to_cr3((unsigned long)directory);
	mov_to_cr0(X86_CR0_PE | X86_CR0_PG | (VARIANT(set) ? X86_CR0_WP : 0));
	table[0] = (unsigned long)data | (RIGHTS & ~(_PAGE_RW | _PAGE_DIRTY));
	sd_revoked((unsigned long)directory, PAGE);
	kernel_store(PAGE, 0);
}
