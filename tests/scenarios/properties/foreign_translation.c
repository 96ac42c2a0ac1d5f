// foreign-translation: a translation cached from another address space's root, under the tag that is current now.
//
// options: --cpu-features pcid,pge
// variant: same-tag    FAIL foreign-translation
// variant: flushed     PASS
// variant: own-tag     PASS
// variant: second-root PASS
// variant: global      PASS
//
// A's page is mapped and may be cached when B's table is loaded; then VA is accessed, which both map.
// same-tag: both use PCID 1, and the load keeps what is cached (bit 63). flushed: the load flushes PCID 1.
// own-tag: B has PCID 2, nothing needs to be flushed. second-root: the same tag and no flush, but both roots belong to
//   one address space. global: A's translation is a global one. That B may use it as well is what G means, and not
//   judged by this property.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *a = new_table(), *b = new_table();
	unsigned long pcid = VARIANT(own_tag) ? 2 : 1;
	unsigned long noflush = VARIANT(flushed) ? 0 : X86_CR3_PCID_NOFLUSH;

	map(a, VA, frame(1), USER_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0));
	map(b, VA, frame(2), USER_PAGE);
	if (VARIANT(second_root))
		sd_same_address_space((unsigned long)b, (unsigned long)a);
	paging_on(a);
	set_cr4(X86_CR4_PCIDE | X86_CR4_PGE);
	mov_to_cr3((unsigned long)a | 1);
	mov_to_cr3((unsigned long)b | pcid | noflush);
	user_load(VA);
}
