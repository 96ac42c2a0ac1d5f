// supervisor-under-user-tag: with page-table isolation, a kernel page cached under the PCID that user mode runs with.
//
// options: --cpu-features pcid,pge
// variant: kernel-root FAIL supervisor-under-user-tag
// variant: noflush     FAIL supervisor-under-user-tag
// variant: flush       PASS
// variant: two-tags    PASS
// variant: global      PASS
//
// The kernel's table maps a user page and a kernel page, the user table the user page and a kernel page of its own (the
// entry code). PCID 2 is user mode's.
// kernel-root: user mode runs on the kernel's table, under the user PCID.
// noflush: the kernel's table was loaded under the user PCID, and the way to user mode keeps what is cached (bit 63).
// flush: the same, but the way to user mode flushes. What is left, the entry code, comes from the user table and is
//   meant to be there.
// two-tags: the kernel's table is loaded under PCID 1 only, so nothing needs a flush.
// global: as two-tags, with the kernel page global: it is not cached under any tag, and not judged, though a processor
//   with the flaw that isolation is against would have it in reach. See docs/properties.md.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *kernel = new_table(), *user = new_table();
	unsigned long noflush = VARIANT(flush) ? 0 : X86_CR3_PCID_NOFLUSH;
	unsigned long pcid = VARIANT(two_tags) || VARIANT(global) ? 1 : 2;

	map(kernel, VA, frame(1), USER_PAGE);
	map(kernel, NEXT, frame(2), KERNEL_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0));
	map(user, VA, frame(1), USER_PAGE);
	map(user, FAR, frame(3), KERNEL_PAGE);
	sd_same_address_space((unsigned long)user, (unsigned long)kernel);
	sd_user_pcid(2);
	sd_user_root((unsigned long)user);
	paging_on(kernel);
	set_cr4(X86_CR4_PCIDE | X86_CR4_PGE);
	mov_to_cr3((unsigned long)kernel | pcid);
	if (!VARIANT(kernel_root))
		mov_to_cr3((unsigned long)user | 2 | noflush);
	user_load(VA);
}
