// The accessed bit.
//
// machine: x86-64, i386
// variant: page       PASS
// variant: directory  PASS
// variant: any-time   FAIL assertion
// variant: stays      PASS
//
// page, directory: after an access A is set in every entry of its walk. any-time: the processor may also set it by itself,
//   when it caches an entry that nobody has used. stays: what checked code has read as set is set.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), USER_PAGE & ~_PAGE_ACCESSED);
	pte_t *pde = entry(root, 2, VA);
	pte_t first;

	*pde &= ~_PAGE_ACCESSED;
	paging_on(root);
	if (VARIANT(any_time)) {
		sd_assert(!(*(volatile pte_t *)pte & _PAGE_ACCESSED));
		return;
	}
	if (VARIANT(stays)) {
		first = *(volatile pte_t *)pte;
		sd_assert((*(volatile pte_t *)pte & first) == first);
		return;
	}
	user_load(VA);
	sd_assert(*(volatile pte_t *)(VARIANT(directory) ? pde : pte) & _PAGE_ACCESSED);
}
