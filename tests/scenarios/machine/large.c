// Large pages.
//
// machine: x86-64, i386
// variant: directory  PASS
// variant: pse-off    PASS                          --machine i386
// variant: pdpt       PASS                          --machine x86-64
// variant: pml4       FAIL architectural-fault #PF  --machine x86-64
// variant: low-bits   FAIL architectural-fault #PF
// variant: mixed      FAIL page-size-conflict
//
// directory: PS in a directory entry maps 2 MiB, or 4 MiB on i386 with CR4.PSE. pse-off: without CR4.PSE the bit is
//   ignored, and the entry points to a table. pdpt: PS one level up maps 1 GiB. pml4: PS is reserved at the top.
// low-bits: address bits below the page's size are reserved (of a 4 MiB page bit 21 only).
// mixed: a large page is replaced by a table without a flush; what an access does then is not defined.
#include "tables.h"

static unsigned long data[LARGE_PAGE / sizeof(unsigned long)] __attribute__((aligned(LARGE_PAGE)));

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pde = entry(root, 2, VA);
	unsigned long large = USER_PAGE | _PAGE_PSE, at = VA + LARGE_PAGE - PAGE_SIZE;
	unsigned long low = VARIANT(low_bits) ? (LEVELS == 4 ? 1ul << 13 : 1ul << 21) : 0;

	data[(LARGE_PAGE - PAGE_SIZE) / sizeof(unsigned long)] = 7;
	if (!VARIANT(pse_off))
		set_cr4(X86_CR4_PSE);
	if (VARIANT(pse_off)) {
		pte_t *table = new_table();

		table[entry_index(1, at)] = ((unsigned long)data + LARGE_PAGE - PAGE_SIZE) | USER_PAGE;
		*pde = (unsigned long)table | TABLE_FLAGS | _PAGE_PSE;
	} else if (VARIANT(pdpt)) {
		*entry(root, 3, VA) = large; /* 1 GiB at address 0 */
		at = (unsigned long)data + LARGE_PAGE - PAGE_SIZE;
	} else {
		*pde = ((unsigned long)data | large) + low;
	}
	if (VARIANT(pml4))
		*entry(root, LEVELS, VA) |= _PAGE_PSE;
	paging_on(root);
	if (VARIANT(mixed)) {
		pte_t *table = new_table();

		table[entry_index(1, at)] = ((unsigned long)data + LARGE_PAGE - PAGE_SIZE) | USER_PAGE;
		*pde = (unsigned long)table | TABLE_FLAGS;
	}
	sd_assert(user_load(at) == 7);
}
