/* The end of an address space: entries cleared, TLB flushed, pages freed; the page directory when nobody borrows it.
 *
 * machine: x86-64, i386
 * variant: kit                PASS
 * variant: free-before-flush  FAIL freed-page
 * variant: no-unhook          FAIL freed-page
 * variant: pgd-with-tables    FAIL freed-page
 *
 * free-before-flush: a table page is free while the walker may still have an entry that leads to it.
 * no-unhook: flushed, but the page directory still leads to it.
 * pgd-with-tables: the page directory is freed by the dying task itself, which runs on it.
 */
#define KIT_HAVE_EXIT_MMAP
#define KIT_HAVE_PGD_FREE
#include <kit/kernel.h>

static inline void exit_mmap(struct mm_struct *mm)
{
	struct mmu_gather tlb;
	unsigned long flags;
	unsigned level;

	tlb_gather_mmu(&tlb, mm);
	local_irq_save(flags);
	for (level = 0; level < PGTABLE_LEVELS; level++) {
		if (VARIANT(no_unhook) && level == PGTABLE_LEVELS - 1) {
			tlb_remove_page(&tlb, pte_page(ptep_get(lookup_level(mm->pgd, USER_PAGE(0), level, 0))));
			continue;
		}
		unhook_level(&tlb, &mm->vma[0], level);
	}
	local_irq_restore(flags);
	if (VARIANT(free_before_flush)) {
		while (tlb.pages)
			free_page(page_set_pop(&tlb.pages));
		flush_tlb_mm(mm);
	}
	tlb_finish_mmu(&tlb);
	if (VARIANT(pgd_with_tables))
		free_page(__pa(mm->pgd));
	sd_cover("pages and tables freed");
}

static inline void pgd_free(pte_t *pgd)
{
	if (!VARIANT(pgd_with_tables))
		free_page(__pa(pgd));
}

static void task(void *arg)
{
	(void)arg;
	user_store(USER_PAGE(0), 1);
}

SCENARIO
{
	spawn("A", mm_create("A", 2), task, NULL);
	spawn("B", mm_create("B", 1), task, NULL);
}
