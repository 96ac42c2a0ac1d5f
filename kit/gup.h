/* A lockless walk of an address space's tables by kernel code, and the grace period that it needs.
 *
 * get_user_page_fast() takes no lock: interrupts are off while it reads the tables, and that is all that holds their
 * pages. So whoever frees page-table pages waits, after the flush, until every CPU has had interrupts on once: it sends
 * an IPI to each and waits for the answers. Those who are waited for are exactly the walks below, and nobody else.
 *
 *      walk                         free
 *      interrupts off               unhook the table
 *      read the tables              flush
 *      interrupts on  <-- IPI ----  tlb_remove_table_sync()
 *                                   free the table's page
 *
 * A flush that interrupts the walk's CPU anyhow would be enough; one that does not is: mm_cpumask() does not have the
 * CPU, for its task is of another address space.
 *
 * With CONFIG_SMP. #define KIT_LOCKLESS_WALKS before the include to have exit_mmap() wait.
 */
#ifndef KIT_GUP_H
#define KIT_GUP_H

#include <kit/mm.h>

/* The page at va of mm, with one more reference, or 0 if none is mapped there. */
static inline unsigned long get_user_page_fast(struct mm_struct *mm, unsigned long va)
{
	unsigned long flags, page = 0;
	pte_t *ptep, pte;

	local_irq_save(flags);
	ptep = pte_offset(mm, va);
	pte = ptep ? ptep_get(ptep) : PTE_NONE;
	if (pte_present(pte)) {
		page = pte_page(pte);
		get_page(page);
		if (ptep_get(ptep) != pte) { /* taken away meanwhile: the reference came too late */
			free_page(page);
			page = 0;
		}
	}
	local_irq_restore(flags);
	return page;
}

#endif
