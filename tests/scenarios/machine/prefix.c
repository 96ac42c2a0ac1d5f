// Intermediate entries are cached too, and go on being used when memory has others.
//
// machine: x86-64, i386
// variant: empty    FAIL assertion
// variant: extends  FAIL assertion
// variant: walks    FAIL architectural-fault #PF
// variant: flushed  PASS
//
// The directory's entry is replaced by one that points to another table, which maps frame 2.
// empty: the old table maps nothing, yet the entry that points to it may be cached. When frame 1 is put into the old
//   table afterwards, a walk through the cached entry finds it. extends: the same, where the old table maps a neighbour.
// walks: the old table maps the neighbour only. A walk through the cached entry ends there, in a page fault.
// flushed: with a CR3 load after the replacement nothing of this can be.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table(), *table = new_table();
	pte_t *old = entry(root, 1, VA);

	if (!VARIANT(empty))
		map(root, NEXT, frame(3), USER_PAGE);
	paging_on(root);
	table[entry_index(1, VA)] = frame(2) | USER_PAGE;
	*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	if (VARIANT(flushed))
		mov_to_cr3((unsigned long)root);
	if (!VARIANT(walks))
		*old = frame(1) | USER_PAGE;
	sd_assert(user_load(VA) == 2);
}
