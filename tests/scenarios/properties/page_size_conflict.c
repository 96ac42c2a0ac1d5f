// page-size-conflict: an access where translations of different page size may be cached.
//
// machine: x86-64, i386
// variant: split          FAIL page-size-conflict
// variant: split-flush    PASS
// variant: flush-late     FAIL page-size-conflict
// variant: elsewhere      PASS
//
// A large page is replaced by a table that maps the same frame as a small page.
// split: the directory's entry is overwritten: both may be cached. split-flush: it is cleared, flushed, and then written.
// flush-late: overwritten, accessed, and flushed afterwards.
// elsewhere: as split, but the access is to a page of which there is one size only: what is cached elsewhere, and never
//   used, is no error.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *root = new_table(), *table = new_table();
	pte_t *pde = entry(root, 2, VA);
	unsigned long within = frame(1) & (LARGE_PAGE - 1);
	unsigned long flags = USER_PAGE & ~_PAGE_DIRTY;

	table[entry_index(1, VA + within)] = frame(1) | flags;
	*pde = (frame(1) - within) | flags | _PAGE_PSE;
	map(root, FAR, frame(2), USER_PAGE);
	set_cr4(X86_CR4_PSE);
	paging_on(root);
	if (VARIANT(split_flush)) {
		*pde = 0;
		invlpg(VA);
	}
	*pde = (unsigned long)table | TABLE_FLAGS;
	user_load(VARIANT(elsewhere) ? FAR : VA + within);
	invlpg(VA);
}
