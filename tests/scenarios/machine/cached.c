// What may be cached, when, and what an access makes of it.
//
// machine: x86-64, i386
// variant: not-present   PASS
// variant: reserved      PASS
// variant: no-access     FAIL assertion
// variant: every-store   FAIL assertion
// variant: after-cut     FAIL assertion
// variant: new           FAIL assertion
// variant: old-new-old   FAIL assertion
//
// not-present, reserved: an entry without P, or with a reserved bit, is not cached, so the entry that replaces it needs no
//   flush.
// no-access: a page that nobody touched may be cached as soon as its root is loaded; the changed entry needs a flush.
// every-store: the entry held frame 1 only between two stores, and that is enough.
// after-cut: frame 2 is in memory when INVLPG is done, and may be cached again before frame 3 is stored.
// new: a cached frame 1 may also be ignored, or have been evicted. old-new-old: and come back: two loads, 2 and then 1.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	volatile pte_t *pte = entry(root, 1, VA); // every store counts, whatever the compiler thinks
	pte_t *pde = entry(root, 2, VA);
	pte_t table = *pde;
	unsigned long first, second;

	if (VARIANT(not_present))
		*pte = (frame(1) | USER_PAGE) & ~_PAGE_PRESENT;
	else if (!VARIANT(every_store))
		*pte = frame(1) | USER_PAGE;
	if (VARIANT(reserved)) {
		*pte = frame(2) | USER_PAGE;
		*pde = LARGE_PAGE * 8 + (LEVELS == 4 ? 1ul << 13 : 1ul << 21) + (USER_PAGE | _PAGE_PSE);
	}
	set_cr4(X86_CR4_PSE);
	paging_on(root);
	if (VARIANT(reserved))
		*pde = table;
	if (VARIANT(every_store))
		*pte = frame(1) | USER_PAGE;
	*pte = frame(2) | USER_PAGE;
	if (VARIANT(after_cut)) {
		invlpg(VA);
		*pte = frame(3) | USER_PAGE;
		sd_assert(user_load(VA) == 3);
		return;
	}
	first = user_load(VA);
	if (VARIANT(new)) {
		sd_assert(first == 1);
		return;
	}
	second = user_load(VA);
	if (VARIANT(old_new_old))
		sd_assert(!(first == 2 && second == 1));
	else
		sd_assert(first == 2);
}
