/* A page of a large mapping is free, as always some are in the kernel's map of all memory.
 *
 * machine: arm64
 * variant: elsewhere  PASS
 * variant: this       FAIL freed-page
 *
 * A block of 2 MiB is mapped when its first page is free already. The block becomes read-only, and before the flush page 5 is
 * written through what is cached: it is in use, and was never free (elsewhere). this: the first page is written.
 */
#include "tables.h"

static unsigned long block[512 * 512] __attribute__((aligned(1 << 21)));

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *root = new_table(), *pmd;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	map(root, VA, frame(1), KERNEL_PAGE);
	pmd = entry(root, 2, VA);
	*pmd = (unsigned long)block | (KERNEL_PAGE & ~PTE_TYPE_TABLE);
	sd_page_in_use((unsigned long)block + 5 * PAGE_SIZE);
	sd_page_freed((unsigned long)block);
	translation_on(root, 1);
	kernel_store(VA + 5 * PAGE_SIZE, 1);
	set_pte(pmd, *pmd | PTE_RDONLY);
	dsb(ishst);
	kernel_store(VARIANT(this) ? VA : VA + 5 * PAGE_SIZE, 2);
	tlbi(VAAE1IS, tlbi_va(VA, 0));
	dsb(ish);
	isb();
	sd_cover("end");
}
