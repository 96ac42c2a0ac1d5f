/* A page is freed and given out again while a CPU may still reach it as it was; and a large page some of which is free.
 *
 * machine: x86-64
 * options: --cpu-features pge,pcid,invlpgb,nx,pse
 * variant: final-only  FAIL freed-page
 * variant: all-levels  PASS
 * variant: large       PASS
 * variant: large-freed FAIL freed-page
 *
 * final-only: the table that maps the page is taken away, the page is freed and given out again. INVLPGB of the last level alone
 * removes the translation and leaves the intermediate entry (APM 3, INVLPGB), by which a walk finds the same translation again, in
 * the table that nobody has cleared: the page has another owner. all-levels: nothing is left. large: a page of 2 MiB of which the first
 * 4 KiB are free when it is mapped becomes read-only, and before the flush another part is written through what is cached.
 * large-freed: that part.
 */
#include "tables.h"

#define BY_PAGE (X86_INVLPGB_VA | X86_INVLPGB_PCID | X86_INVLPGB_ASID)

static unsigned long block[512 * 512] __attribute__((aligned(1 << 21)));

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_context_finish();
	for (;;)
		hlt();
}

static void large(pte_t *pmd)
{
	*pmd = (unsigned long)block | USER_PAGE | _PAGE_PSE;
	sd_page_in_use((unsigned long)block + 5 * PAGE_SIZE);
	sd_page_freed((unsigned long)block);
}

SCENARIO
{
	pte_t *root = new_table(), *pmd;

	sd_set_vector(X86_TRAP_PF, page_fault);
	map(root, VA, frame(1), USER_PAGE);
	pmd = entry(root, 2, VA);
	sd_page_in_use(frame(1));
	if (VARIANT(large) || VARIANT(large_freed))
		large(pmd);
	paging_on(root);
	set_cr4(X86_CR4_PCIDE);
	mov_to_cr3((unsigned long)root | 1);
	if (VARIANT(large) || VARIANT(large_freed)) {
		kernel_store(VA + 5 * PAGE_SIZE, 1);
		*(volatile pte_t *)pmd = *pmd & ~_PAGE_RW;
		kernel_store(VARIANT(large) ? VA + 5 * PAGE_SIZE : VA, 2);
		invlpg(VA);
		sd_cover("end");
		return;
	}
	*(volatile pte_t *)pmd = 0;
	sd_page_freed((unsigned long)frames[1]);
	sd_page_in_use((unsigned long)frames[1]);
	invlpgb(VA | BY_PAGE | (VARIANT(final_only) ? X86_INVLPGB_FINAL_ONLY : 0), 0, 1 << 16);
	tlbsync();
	sd_cover("given out again");
	user_load(VA);
}
