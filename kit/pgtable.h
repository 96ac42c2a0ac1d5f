/* Page tables: one walker for all architectures. kit/arch/<name>/pgtable.h says how many levels there are, how their
 * entries look and how one is changed.
 *
 * Where the kernel's mappings are part of every address space's tables, all of them share one top-level entry of the
 * kernel half: it is filled at boot and copied into each new page directory, so a kernel page mapped later appears
 * everywhere at once (Linux preallocates the same way for vmalloc).
 *
 * Replaceable: KIT_HAVE_SET_PGD, KIT_HAVE_PGD_ALLOC, KIT_HAVE_CHANGE_PTE, KIT_HAVE_PTEP_GET_AND_CLEAR.
 */
#ifndef KIT_PGTABLE_H
#define KIT_PGTABLE_H

#include <kit/mm_types.h>
#include <kit/page_alloc.h>

/* The n-th page of user space that the kit hands out, and of the kernel's dynamic mappings. */
#define USER_BASE 0x00400000ul
#define USER_PAGE(n) (USER_BASE + (unsigned long)(n) * PAGE_SIZE)
#define VMALLOC_PAGE(n) (VMALLOC_START + (unsigned long)(n) * PAGE_SIZE)

static inline void free_page(unsigned long page);
static inline void set_pgd(pte_t *pgdp, pte_t pgd);
static inline pte_t *pgd_alloc(void);
static inline void change_pte(struct mm_struct *mm, unsigned long va, pte_t *ptep, pte_t pte);
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep);

/* Rights of a page: PAGE_SHARED (user, writable), PAGE_READONLY, PAGE_KERNEL; of a table: _PAGE_TABLE.
 *
 * set_pte()      an entry that is not present until now, or gets more rights
 * change_pte()   an entry that is present: other rights to the same page
 * pte_clear(), ptep_get_and_clear()
 *                an entry is present no more. The flush is the caller's
 * set_pmd()      an entry that leads to a table
 * table_alloc()  an empty table of a level
 * cpu_switch_mm()
 *                this CPU runs on mm, and may have translations of no other one that it would use for mm
 */
#include KIT_ARCH_HEADER(pgtable.h)

static inline pte_t mk_pte(unsigned long page, pgprot_t prot)
{
	return page | prot;
}

/* The page, or the table of the next level, that an entry leads to. */
static inline unsigned long pte_page(pte_t pte)
{
	return pte & __PHYSICAL_MASK;
}

static inline pte_t ptep_get(const pte_t *ptep)
{
	return *(const volatile pte_t *)ptep;
}

#ifndef KIT_HAVE_SET_PGD
/* Every store to a top-level entry: kernels that keep more than one page directory for an mm replace it. */
static inline void set_pgd(pte_t *pgdp, pte_t pgd)
{
	set_pmd(pgdp, pgd);
}
#endif

/* A store to an entry of a level (0: the leaf). */
static inline void set_level(pte_t *entry, unsigned level, pte_t value)
{
	if (level == PGTABLE_LEVELS - 1)
		set_pgd(entry, value);
	else if (level)
		set_pmd(entry, value);
	else
		set_pte(entry, value);
}

static inline void clear_level(struct mm_struct *mm, unsigned long va, pte_t *entry, unsigned level)
{
	if (level)
		set_level(entry, level, PMD_NONE);
	else
		pte_clear(mm, va, entry);
}

static inline unsigned pte_index(unsigned long va, unsigned level)
{
	return (unsigned)(va >> LEVEL_SHIFT(level)) & (LEVEL_ENTRIES(level) - 1);
}

/* The entry for va at a level (0: the leaf) of the tables below pgd. Without a table on the way: NULL, or with `alloc`
 * the missing tables are made. Call with interrupts off when the tables can change meanwhile. */
static inline pte_t *lookup_level(pte_t *pgd, unsigned long va, unsigned level, int alloc)
{
	pte_t *table = pgd;
	unsigned at;

	for (at = PGTABLE_LEVELS - 1; at > level; at--) {
		pte_t *entry = &table[pte_index(va, at)];
		pte_t pte = ptep_get(entry); /* once: a walk without locks sees it change */

		if (!level_present(pte, at)) {
			if (!alloc)
				return (pte_t *)NULL;
			pte = __pa(table_alloc(at - 1)) | _PAGE_TABLE;
			smp_wmb(); /* the table is empty before it can be found */
			set_level(entry, at, pte);
		}
		table = (pte_t *)__va(pte_page(pte));
	}
	return &table[pte_index(va, level)];
}

/* Around every look at and change of mm's entries: page_table_lock, and on one CPU interrupts off. */
#if CONFIG_SMP
#define pte_lock(mm, flags) ((void)((flags) = 0), spin_lock(&(mm)->page_table_lock))
#define pte_unlock(mm, flags) spin_unlock(&(mm)->page_table_lock)
#else
#define pte_lock(mm, flags) local_irq_save(flags)
#define pte_unlock(mm, flags) local_irq_restore(flags)
#endif

/* The leaf entry for va in mm, or NULL if there is no table for it. */
static inline pte_t *pte_offset(struct mm_struct *mm, unsigned long va)
{
	return lookup_level(mm->pgd, va, 0, 0);
}

/* The leaf entry for va in mm, with the tables on the way. */
static inline pte_t *pte_alloc(struct mm_struct *mm, unsigned long va)
{
	pte_t *ptep;
	unsigned long flags;

	pte_lock(mm, flags);
	ptep = lookup_level(mm->pgd, va, 0, 1);
	pte_unlock(mm, flags);
	return ptep;
}

static inline void map_page(struct mm_struct *mm, unsigned long va, unsigned long page, pgprot_t prot)
{
	set_pte(pte_alloc(mm, va), mk_pte(page, prot));
}

/* A kernel page, seen by all address spaces at once. No flush: nothing was mapped there before. */
static inline void map_kernel_page(unsigned long va, unsigned long page, pgprot_t prot)
{
	map_page(&init_mm, va, page, prot);
}

#ifndef KIT_HAVE_PGD_ALLOC
/* A page directory, with the kernel half of init_mm where there is one. */
static inline pte_t *pgd_alloc(void)
{
	pte_t *pgd = table_alloc(PGTABLE_LEVELS - 1);
	unsigned n = pte_index(VMALLOC_START, PGTABLE_LEVELS - 1);

	if (KERNEL_HALF_IN_PGD)
		set_pgd(&pgd[n], init_mm.pgd[n]);
	return pgd;
}
#endif

#endif
