// The dirty bit.
//
// machine: x86-64, i386
// variant: store   PASS
// variant: load    PASS
// variant: again   PASS
// variant: cached  FAIL assertion
//
// store: a write sets D. load: a read does not.
// again: frame 1 is cached with D = 0, the entry is replaced by one for frame 2. A write cannot use the cached translation:
//   it has to set D first, and for that it reads the entry again.
// cached: the translation is cached with D = 1, D is cleared in memory without a flush. The write need not set it again.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), VARIANT(cached) ? USER_PAGE : USER_PAGE & ~_PAGE_DIRTY);

	paging_on(root);
	if (VARIANT(load)) {
		user_load(VA);
		sd_assert(!(*(volatile pte_t *)pte & _PAGE_DIRTY));
		return;
	}
	if (VARIANT(again))
		*pte = frame(2) | (USER_PAGE & ~_PAGE_DIRTY);
	if (VARIANT(cached))
		*pte &= ~_PAGE_DIRTY;
	user_store(VA, 9);
	if (VARIANT(again))
		sd_assert(frames[1][0] == 1 && frames[2][0] == 9);
	else
		sd_assert(*(volatile pte_t *)pte & _PAGE_DIRTY);
}
