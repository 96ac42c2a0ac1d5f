// foreign-translation: another address space is built in the page of a root that was freed. What was cached from the old
// one is not the new one's, although both roots have one address.
//
// options: --cpu-features pcid,pge
// variant: stale    FAIL foreign-translation
// variant: flushed  PASS
//
// The old address space lets its page be cached under PCID 1, and is taken apart with a flush of another address, which
// leaves that translation. stale: the new root is loaded under PCID 1 without a flush. flushed: with one.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *root = new_table(), *kernel = new_table();

	map(root, VA, frame(1), USER_PAGE);
	paging_on(kernel);
	set_cr4(X86_CR4_PCIDE);
	mov_to_cr3((unsigned long)root | 1);
	*entry(root, LEVELS, VA) = 0;
	invlpg(FAR);
	mov_to_cr3((unsigned long)kernel | 2);
	sd_page_freed((unsigned long)root);

	sd_page_is_table((unsigned long)root);
	map(root, VA, frame(2), USER_PAGE);
	mov_to_cr3((unsigned long)root | 1 | (VARIANT(stale) ? X86_CR3_PCID_NOFLUSH : 0));
	user_load(VA);
}
