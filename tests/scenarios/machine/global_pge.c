// The G bit means nothing while CR4.PGE is 0: a MOV to CR3 drops the translation like any other.
//
// machine: x86-64, i386
// variant: off  PASS
// variant: on   FAIL assertion
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), USER_PAGE | _PAGE_GLOBAL);

	if (VARIANT(on))
		set_cr4(X86_CR4_PGE);
	paging_on(root);
	*pte = frame(2) | USER_PAGE | _PAGE_GLOBAL;
	mov_to_cr3((unsigned long)root);
	sd_assert(user_load(VA) == 2);
}
