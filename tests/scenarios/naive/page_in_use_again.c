/* A page is freed and put in use again while a page-table entry maps it all the time.
 *
 * machine: i386
 * variant: mapped         PASS
 * variant: unrelated      PASS
 * variant: remapped       PASS
 * variant: other-rights   PASS
 * variant: stale          FAIL freed-page
 * variant: not-explained  FAIL freed-page
 *
 * mapped: "nothing may use it until it is in use again", and now it is: a walk of the loaded tables leads to it, and a
 * cached translation of the same content cannot be told from that walk. unrelated: an unrelated store to a table in
 * between changes nothing about that.
 * remapped: the entry changes only when the page is in use again. What may still be cached of it may have been cached
 * since: stale, but nobody has said that it is revoked.
 * stale: the entry is taken away before the page is freed, and nothing is invalidated: what is used is older than the
 * freeing.
 * other-rights: before the freeing the page is mapped for user mode, with D set; afterwards for the kernel only, with D
 * clear. A kernel store by the old translation reaches the page that the tables give it now.
 * not-explained: that entry is taken away again before the store. A store by it would have to set D in the table, which
 * no longer has it; so the store that succeeds uses the translation from before the freeing.
 */
#include <shootdown/x86.h>

#define PAGE 0x400000ul

static volatile unsigned long directory[1024] __attribute__((aligned(4096)));
static volatile unsigned long table[1024] __attribute__((aligned(4096)));
static volatile unsigned long data[1024] __attribute__((aligned(4096)));
static volatile unsigned long other[1024] __attribute__((aligned(4096)));

#define RIGHTS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

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
	mov_to_cr0(X86_CR0_PE | X86_CR0_PG | X86_CR0_WP);
	user_load(PAGE);
	if (VARIANT(stale) || VARIANT(other_rights) || VARIANT(not_explained))
		table[0] = 0;
	sd_page_freed((unsigned long)data);
	sd_page_in_use((unsigned long)data);
	if (VARIANT(unrelated))
		table[5] = 0;
	if (VARIANT(remapped))
		table[0] = (unsigned long)other | RIGHTS;
	if (VARIANT(other_rights) || VARIANT(not_explained)) {
		table[0] = (unsigned long)data | _PAGE_PRESENT | _PAGE_RW;
		if (VARIANT(not_explained))
			table[0] = 0;
		kernel_store(PAGE, 1);
		return;
	}
	user_load(PAGE);
}
