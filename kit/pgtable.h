/* Page tables: 4 levels of 512 entries on x86-64, 2 levels of 1024 on i386; one walker serves both.
 *
 * Entries are made with the accessed bit set, leaves that may be written also with the dirty bit: hardware setting them
 * later would only add states. A scenario about those bits sets its own entries with set_pte().
 *
 * All address spaces share one top-level entry of the kernel half: it is filled at boot and copied into each new page
 * directory, so a kernel page mapped later appears everywhere at once (Linux preallocates the same way for vmalloc).
 *
 * Replaceable: KIT_HAVE_SET_PGD, KIT_HAVE_PGD_ALLOC.
 */
#ifndef KIT_PGTABLE_H
#define KIT_PGTABLE_H

#include <kit/mm_types.h>
#include <kit/page_alloc.h>

#ifdef __x86_64__
#define PTRS_PER_TABLE_SHIFT 9
#define PGTABLE_LEVELS 4
#define FIRST_KERNEL_PGD_NR 256u
#define VMALLOC_START 0xffffc90000000000ul
#define __PHYSICAL_MASK 0x000ffffffffff000ul
#else
#define PTRS_PER_TABLE_SHIFT 10
#define PGTABLE_LEVELS 2
#define FIRST_KERNEL_PGD_NR 768u
#define VMALLOC_START 0xf8000000ul
#define __PHYSICAL_MASK 0xfffff000ul
#endif
#define PTRS_PER_TABLE (1u << PTRS_PER_TABLE_SHIFT)

/* The n-th page of user space that the kit hands out, and of the kernel's dynamic mappings. */
#define USER_BASE 0x00400000ul
#define USER_PAGE(n) (USER_BASE + (unsigned long)(n) * PAGE_SIZE)
#define VMALLOC_PAGE(n) (VMALLOC_START + (unsigned long)(n) * PAGE_SIZE)

#define _PAGE_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_READONLY (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_SHARED (PAGE_READONLY | _PAGE_RW | _PAGE_DIRTY)
/* Kernel pages are global where the CPU has global pages. */
#define PAGE_KERNEL \
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | (mmu_cr4_features & X86_CR4_PGE ? _PAGE_GLOBAL : 0))

/* What CR4 holds from boot on; never changes. */
static unsigned long mmu_cr4_features;

static inline pte_t mk_pte(unsigned long page, pgprot_t prot)
{
	return page | prot;
}

/* The page, or the table of the next level, that an entry leads to. */
static inline unsigned long pte_page(pte_t pte)
{
	return pte & __PHYSICAL_MASK;
}

static inline int pte_present(pte_t pte)
{
	return (pte & _PAGE_PRESENT) != 0;
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
}

static inline pte_t ptep_get(const pte_t *ptep)
{
	return *(const volatile pte_t *)ptep;
}

/* The one-instruction exchange that SMP needs so that a dirty bit set meanwhile is not lost. */
static inline pte_t ptep_get_and_clear(pte_t *ptep)
{
	return __atomic_exchange_n(ptep, (pte_t)0, __ATOMIC_SEQ_CST);
}

static inline void set_pgd(pte_t *pgdp, pte_t pgd);
static inline pte_t *pgd_alloc(void);

#ifndef KIT_HAVE_SET_PGD
/* Every store to a top-level entry: kernels that keep more than one page directory for an mm replace it. */
static inline void set_pgd(pte_t *pgdp, pte_t pgd)
{
	set_pte(pgdp, pgd);
}
#endif

/* A store to an entry of a level (0: the leaf). */
static inline void set_level(pte_t *entry, unsigned level, pte_t value)
{
	if (level == PGTABLE_LEVELS - 1)
		set_pgd(entry, value);
	else
		set_pte(entry, value);
}

static inline unsigned pte_index(unsigned long va, unsigned level)
{
	return (unsigned)(va >> (PAGE_SHIFT + PTRS_PER_TABLE_SHIFT * level)) & (PTRS_PER_TABLE - 1);
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

		if (!pte_present(pte)) {
			if (!alloc)
				return (pte_t *)NULL;
			pte = __pa(pte_alloc_one()) | _PAGE_TABLE;
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
/* A page directory with the kernel half of init_mm. */
static inline pte_t *pgd_alloc(void)
{
	pte_t *pgd = pte_alloc_one();
	unsigned n = pte_index(VMALLOC_START, PGTABLE_LEVELS - 1);

	set_pgd(&pgd[n], init_mm.pgd[n]);
	return pgd;
}
#endif

#endif
