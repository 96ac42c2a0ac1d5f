// revoked-translation: an access succeeds with what a completed operation took away.
//
// machine: x86-64, i386
// variant: unmap          FAIL revoked-translation
// variant: unmap-flush    PASS
// variant: protect        FAIL revoked-translation
// variant: protect-flush  PASS
// variant: protect-load   PASS
// variant: before         PASS
// variant: other-root     PASS
// variant: kernel         FAIL revoked-translation global
// variant: kernel-flush   PASS
//
// The page-fault handler maps frame 2, writable: after the revocation, so an access may use that.
// unmap, unmap-flush: the entry is cleared, without and with INVLPG, and the page is stored to.
// protect, protect-flush: the entry loses R/W. protect-load: only a load follows, which never needed the right.
// before: no flush either, but nobody says that the operation has completed: lazily flushed, and judged by nobody.
// other-root: the page was revoked in A's address space, and the access runs in B's, which still has it.
// kernel, kernel-flush: a global kernel page, revoked for every address space, accessed on B's table after a CR3 load
//   that global translations survive; with INVLPG before the load.
#include "../machine/tables.h"

static pte_t *pte;
static unsigned long flags;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	*pte = frame(2) | flags;
}

SCENARIO
{
	pte_t *a = new_table(), *b = new_table();
	int kernel = VARIANT(kernel) || VARIANT(kernel_flush);

	flags = kernel ? KERNEL_PAGE | _PAGE_GLOBAL : USER_PAGE;
	pte = map(a, VA, frame(1), flags);
	sd_set_vector(X86_TRAP_PF, page_fault);
	set_cr4(X86_CR4_PGE);
	if (kernel)
		*entry(b, LEVELS, VA) = *entry(a, LEVELS, VA); /* one table for the kernel's part of all address spaces */
	else
		map(b, VA, frame(3), USER_PAGE);
	paging_on(a);
	if (VARIANT(protect) || VARIANT(protect_flush) || VARIANT(protect_load))
		*pte &= ~_PAGE_RW;
	else
		*pte = 0;
	if (VARIANT(unmap_flush) || VARIANT(protect_flush) || VARIANT(kernel_flush))
		invlpg(VA);
	if (kernel)
		sd_revoked_everywhere((unsigned long)a, VA);
	else if (!VARIANT(before))
		sd_revoked((unsigned long)a, VA);
	if (kernel || VARIANT(other_root))
		mov_to_cr3((unsigned long)b);
	if (kernel)
		kernel_store(VA, 1);
	else if (VARIANT(protect_load))
		user_load(VA);
	else
		user_store(VA, 1);
}
