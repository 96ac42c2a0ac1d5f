// A page fault that a stale translation caused does not come twice: it removes what it was caused by.
//
// machine: x86-64, i386
// variant: page      PASS
// variant: global    PASS
// variant: prefixes  PASS
// variant: spurious  FAIL assertion
//
// A read-only page is made writable, nothing is flushed, and it is written. The handler only returns.
// page, global: the write may fault once, on the cached read-only translation; after that it is gone. prefixes: the same
//   with the read-only bit in the directory's entry, which may be cached by itself.
// spurious: that it may fault at all is what this variant denies.
#include "tables.h"

static unsigned faults;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	faults++;
	sd_assert(faults <= (VARIANT(spurious) ? 0u : 1u));
}

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), KERNEL_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0));
	pte_t *changed = VARIANT(prefixes) ? entry(root, 2, VA) : pte;

	*changed &= ~_PAGE_RW;
	sd_set_vector(X86_TRAP_PF, page_fault);
	set_cr4(X86_CR4_PGE);
	paging_on(root);
	*changed |= _PAGE_RW;
	kernel_store(VA, 3);
	sd_assert(frames[1][0] == 3);
}
