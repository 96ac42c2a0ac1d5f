/* Address spaces: made by mm_create(), populated, changed, and taken apart by the last mmput() and mmdrop().
 *
 * What is taken away is taken away in Linux's order, which is the point of the whole kit: unhook (clear the entries),
 * flush, free. The page directory goes last, when nobody borrows the mm any more.
 *
 * Replaceable: KIT_HAVE_EXIT_MMAP, KIT_HAVE_TLB_FLUSH (the flush of mmu_gather), KIT_HAVE_TLB_REMOVE_TABLE_SYNC,
 * KIT_HAVE_PGD_FREE.
 */
#ifndef KIT_MM_H
#define KIT_MM_H

#include <kit/tlbflush.h>
#include <kit/wait.h>

static inline void exit_mmap(struct mm_struct *mm);
static inline void pgd_free(pte_t *pgd);

static inline struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long va)
{
	unsigned n;

	for (n = 0; n < KIT_MAX_VMAS; n++)
		if (mm->vma[n].start <= va && va < mm->vma[n].end)
			return &mm->vma[n];
	return (struct vm_area_struct *)NULL;
}

/* `pages` pages from `start` may be touched with rights prot. They are made when they are. */
static inline void do_mmap(struct mm_struct *mm, unsigned long start, unsigned pages, pgprot_t prot)
{
	unsigned n;

	for (n = 0; n < KIT_MAX_VMAS && mm->vma[n].start != mm->vma[n].end; n++)
		;
	if (n == KIT_MAX_VMAS)
		sd_exhausted("an mm has no room for another VMA (KIT_MAX_VMAS)");
	mm->vma[n].start = start;
	mm->vma[n].end = start + pages * PAGE_SIZE;
	mm->vma[n].prot = prot;
}

/* An address space without users: the first spawn() brings one. NAME is a string literal for schedules. */
static inline struct mm_struct *mm_alloc(const char *name)
{
	struct mm_struct *mm;

	if (kit_nr_mms == KIT_MAX_MMS)
		sd_exhausted("the kit's address spaces are used up (KIT_MAX_MMS)");
	mm = &kit_mms[kit_nr_mms++];
	atomic_set(&mm->mm_count, 1);
	mm->pgd = pgd_alloc();
	mm->name = name;
	sd_name_root(__pa(mm->pgd), name);
	return mm;
}

/* An address space with writable pages USER_PAGE(0) .. USER_PAGE(pages - 1), all present. */
static inline struct mm_struct *mm_create(const char *name, unsigned pages)
{
	struct mm_struct *mm = mm_alloc(name);
	unsigned n;

	do_mmap(mm, USER_BASE, pages, PAGE_SHARED);
	for (n = 0; n < pages; n++)
		map_page(mm, USER_PAGE(n), get_zeroed_page(), PAGE_SHARED);
	return mm;
}

/* ---- mmu_gather: unhook, flush, free ---------------------------------------------------------------------- */

/* Pages no longer in the tables, which may be freed after the flush. A set: no page may be in it twice. */
struct mmu_gather {
	struct mm_struct *mm;
	page_set_t pages;
};

static inline void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	tlb->pages = 0;
}

static inline void tlb_remove_page(struct mmu_gather *tlb, unsigned long page)
{
	BUG_ON(tlb->pages & page_set_of(page));
	tlb->pages |= page_set_of(page);
}

static inline void tlb_flush(struct mmu_gather *tlb);

#ifndef KIT_HAVE_TLB_FLUSH
static inline void tlb_flush(struct mmu_gather *tlb)
{
	flush_tlb_mm(tlb->mm);
}
#endif

static inline void tlb_remove_table_sync(void);

#ifndef KIT_HAVE_TLB_REMOVE_TABLE_SYNC
#if CONFIG_SMP && defined(KIT_LOCKLESS_WALKS)
static inline void end_lockless_walk(void *unused)
{
	(void)unused;
}

/* Returns when every walk of gup.h that may have seen what was unhooked before has ended. */
static inline void tlb_remove_table_sync(void)
{
	on_each_cpu(end_lockless_walk, NULL);
}
#else
static inline void tlb_remove_table_sync(void)
{
}
#endif
#endif

static inline void tlb_finish_mmu(struct mmu_gather *tlb)
{
	page_set_t pages = tlb->pages;
	unsigned long flags;

	tlb_flush(tlb);
	if (!pages)
		return;
	tlb_remove_table_sync();
	local_irq_save(flags);
	while (pages)
		free_page(page_set_pop(&pages));
	local_irq_restore(flags);
}

/* Clears the entries of a level for the pages of a VMA and gathers what they led to. */
static inline void unhook_level(struct mmu_gather *tlb, struct vm_area_struct *vma, unsigned level)
{
	unsigned long va;

	for (va = vma->start; va < vma->end; va += PAGE_SIZE) {
		pte_t *entry = lookup_level(tlb->mm->pgd, va, level, 0);

		if (entry && level_present(ptep_get(entry), level)) {
			tlb_remove_page(tlb, pte_page(ptep_get(entry)));
			clear_level(tlb->mm, va, entry, level);
		}
	}
}

#ifndef KIT_HAVE_EXIT_MMAP
/* Takes all user pages and page tables away; the page directory stays, it may be loaded. */
static inline void exit_mmap(struct mm_struct *mm)
{
	struct mmu_gather tlb;
	unsigned long flags;
	unsigned level, n;

	tlb_gather_mmu(&tlb, mm);
	pte_lock(mm, flags);
	for (level = 0; level < PGTABLE_LEVELS; level++)
		for (n = 0; n < KIT_MAX_VMAS; n++)
			unhook_level(&tlb, &mm->vma[n], level);
	pte_unlock(mm, flags);
	tlb_finish_mmu(&tlb);
}
#endif

/* ---- references --------------------------------------------------------------------------------------------- */

#ifndef KIT_HAVE_PGD_FREE
static inline void pgd_free(pte_t *pgd)
{
	pgd_table_free(pgd);
}
#endif

/* The last borrower or user has gone: nothing runs on it. */
static inline void mmdrop(struct mm_struct *mm)
{
	unsigned long flags;

	local_irq_save(flags);
	if (atomic_dec_and_test(&mm->mm_count)) {
		BUG_ON(mm == &init_mm);
		pgd_free(mm->pgd);
	}
	local_irq_restore(flags);
}

static inline void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

static inline void mmput(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_users)) {
		exit_mmap(mm);
		mmdrop(mm);
	}
}

/* ---- changes to what is mapped --------------------------------------------------------------------------- */

/* The VMA that contains va gets rights prot, and so does the page at va. From the return on no access may use more. */
static inline void mprotect_page(struct mm_struct *mm, unsigned long va, pgprot_t prot)
{
	struct vm_area_struct *vma = find_vma(mm, va);
	unsigned long flags;
	pte_t *ptep;

	BUG_ON(!vma);
	down_write(&mm->mmap_lock);
	pte_lock(mm, flags);
	vma->prot = prot;
	ptep = pte_offset(mm, va);
	if (ptep && pte_present(ptep_get(ptep)))
		change_pte(mm, va, ptep, mk_pte(pte_page(ptep_get(ptep)), prot));
	pte_unlock(mm, flags);
	flush_tlb_page(mm, va);
	sd_revoked(__pa(mm->pgd), va);
	up_write(&mm->mmap_lock);
}

/* Takes the one page at va out of mm and frees it. Its VMA stays: the next touch makes a new one. */
static inline void zap_page(struct mm_struct *mm, unsigned long va)
{
	unsigned long flags;
	pte_t *ptep, pte = PTE_NONE;

	pte_lock(mm, flags);
	ptep = pte_offset(mm, va);
	if (ptep)
		pte = ptep_get_and_clear(mm, va, ptep);
	pte_unlock(mm, flags);
	if (!pte_present(pte))
		return;
	flush_tlb_page(mm, va);
	sd_revoked(__pa(mm->pgd), va);
	free_page(pte_page(pte));
}

/* Takes away the one-page VMA at va with its page. The page tables stay. */
static inline void munmap_page(struct mm_struct *mm, unsigned long va)
{
	struct vm_area_struct *vma = find_vma(mm, va);

	BUG_ON(!vma || vma->end - vma->start != PAGE_SIZE);
	down_write(&mm->mmap_lock);
	vma->end = vma->start;
	zap_page(mm, va);
	up_write(&mm->mmap_lock);
}

/* Takes a kernel page away from all address spaces; the caller frees it, or not (a device's page). */
static inline unsigned long unmap_kernel_page(unsigned long va)
{
	unsigned long flags;
	pte_t *ptep, pte;

	pte_lock(&init_mm, flags);
	ptep = pte_offset(&init_mm, va);
	BUG_ON(!ptep);
	pte = ptep_get_and_clear(&init_mm, va, ptep);
	pte_unlock(&init_mm, flags);
	flush_tlb_all();
	sd_revoked_everywhere(__pa(init_mm.pgd), va);
	return pte_page(pte);
}

#endif
