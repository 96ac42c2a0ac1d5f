// MOV to CR3 without PCIDs: the non-global translations and the intermediate entries go, global ones may stay.
//
// machine: x86-64, i386
// variant: translations  PASS
// variant: prefixes      PASS
// variant: global        FAIL assertion
// variant: low-bits      PASS
//
// translations: the page's only translation is not global, and CR3 was loaded after the entry changed: frame 2.
// prefixes: the page directory's entry is replaced. Were the old one still cached after the load, a walk through it would
//   find frame 1, which the old table still maps.
// global: the translation of frame 1 is global, so it may outlive the load.
// low-bits: PWT and PCD in CR3 say how the table is cached in memory, not where it is.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	unsigned long flags = USER_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0);
	pte_t *pte = map(root, VA, frame(1), flags);
	unsigned long low = VARIANT(low_bits) ? _PAGE_PWT | _PAGE_PCD : 0;

	if (VARIANT(global))
		set_cr4(X86_CR4_PGE);
	paging_on(root);
	if (VARIANT(prefixes)) {
		pte_t *table = new_table();

		table[entry_index(1, VA)] = frame(2) | flags;
		*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	} else {
		*pte = frame(2) | flags;
	}
	mov_to_cr3((unsigned long)root | low);
	sd_assert(user_load(VA) == 2);
}
