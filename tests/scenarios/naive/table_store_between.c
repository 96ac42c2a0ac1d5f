/* A page-table store is an event for the CPU's own walker, also where only one context ever makes it.
 *
 * machine: i386
 * variant: hooked    FAIL architectural-fault
 * variant: elsewhere PASS
 *
 * The code exchanges a whole page table; a handler takes the user right away in the old one and invalidates. When the
 * handler runs before the exchange, the walker may read the old table again after the INVLPG and keep a translation
 * without the user right; the access behind the exchange may then fault, and nobody handles it. When it runs before or
 * after both, nothing is left to fault. So the interrupt must be tried between the first operation and the store, though
 * nobody but its context touches the word that it writes.
 * elsewhere: the same store goes to a word that no walk reads, and the page table is the new one from the start.
 */
#include <shootdown/x86.h>

#define PAGE 0x400000ul

static volatile unsigned long directory[1024] __attribute__((aligned(4096)));
static volatile unsigned long old_table[1024] __attribute__((aligned(4096)));
static volatile unsigned long new_table[1024] __attribute__((aligned(4096)));
static volatile unsigned long data[1024] __attribute__((aligned(4096)));
static volatile unsigned long elsewhere[1024] __attribute__((aligned(4096)));

#define RIGHTS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	old_table[0] = ((unsigned long)data | RIGHTS) & ~_PAGE_USER;
	invlpg(PAGE);
}

SCENARIO
{
	old_table[0] = (unsigned long)data | RIGHTS;
	new_table[0] = (unsigned long)data | RIGHTS;
	directory[1] = (unsigned long)(VARIANT(elsewhere) ? new_table : old_table) | RIGHTS;
	sd_name_root((unsigned long)directory, "A");
	sd_set_vector(32, handler);
	sd_timer(32);
	mov_to_cr3((unsigned long)directory);
	mov_to_cr0(X86_CR0_PE | X86_CR0_PG | X86_CR0_WP);
	sti();
	mov_from_cr3(); /* the shadow of STI ends */
	if (VARIANT(elsewhere))
		elsewhere[1] = (unsigned long)new_table | RIGHTS;
	else
		directory[1] = (unsigned long)new_table | RIGHTS;
	user_load(PAGE);
}
