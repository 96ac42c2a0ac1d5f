/* s390x: a segment table of 512 entries (a quarter of the largest, one page) and page tables of 256, which take a page
 * each here. Addresses end at 512 MiB. The user's tables hang on the primary ASCE, init_mm's on the home ASCE: the two
 * have all addresses for themselves.
 *
 * An invalid entry has its invalid bit set: an empty table is filled with that, not with zeros.
 */
#ifndef KIT_ARCH_S390_PGTABLE_H
#define KIT_ARCH_S390_PGTABLE_H

#define PGTABLE_LEVELS 2
#define LEVEL_SHIFT(level) ((level) ? 20u : 12u)
#define LEVEL_ENTRIES(level) ((level) ? 512u : 256u)
#define VMALLOC_START 0x10000000ul
#define __PHYSICAL_MASK PAGE_MASK
#define KERNEL_HALF_IN_PGD 0

#define _PAGE_TABLE 0ul
#define PAGE_SHARED 0ul
#define PAGE_READONLY _PAGE_PROTECT
#define PAGE_KERNEL 0ul
#define PTE_NONE _PAGE_INVALID
#define PMD_NONE _SEGMENT_ENTRY_INVALID
/* A byte whose repetition has the invalid bit of each entry set. What else an invalid entry holds means nothing. */
#define EMPTY_PAGE_TABLE_BYTE 0x04
#define EMPTY_SEGMENT_TABLE_BYTE 0x20
/* IPTE flushes what it invalidates, in the same step. */
#define BREAK_BEFORE_MAKE 1

static inline unsigned long mm_asce(const struct mm_struct *mm)
{
	return __pa(mm->pgd) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static inline int pte_present(pte_t pte)
{
	return !(pte & _PAGE_INVALID);
}

static inline int level_present(pte_t entry, unsigned level)
{
	return level ? !(entry & _SEGMENT_ENTRY_INVALID) : pte_present(entry);
}

/* An entry that is invalid until now. */
static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
}

#ifndef KIT_HAVE_PTEP_GET_AND_CLEAR
/* A valid entry changes only by way of an IPTE: another CPU may be using it. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	pte_t pte = *(volatile pte_t *)ptep;

	(void)mm;
	if (pte_present(pte)) {
		ipte(__pa(ptep) & _SEGMENT_ENTRY_ORIGIN, va);
		set_pte(ptep, PTE_NONE);
	}
	return pte;
}
#endif

static inline void pte_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	ptep_get_and_clear(mm, va, ptep);
}

#ifndef KIT_HAVE_CHANGE_PTE
static inline void change_pte(struct mm_struct *mm, unsigned long va, pte_t *ptep, pte_t pte)
{
	ptep_get_and_clear(mm, va, ptep);
	set_pte(ptep, pte);
}
#endif

/* A valid entry of the segment table changes by compare and swap and purge, which purges all CPUs' TLBs. */
static inline void set_pmd(pte_t *pmdp, pte_t pmd)
{
	pte_t old = *(volatile pte_t *)pmdp;

	if (level_present(old, 1))
		cspg(pmdp, old, pmd);
	else
		*(volatile pte_t *)pmdp = pmd;
}

static inline pte_t *table_alloc(unsigned level)
{
	return table_alloc_filled(1, level ? EMPTY_SEGMENT_TABLE_BYTE : EMPTY_PAGE_TABLE_BYTE);
}

static inline void pgd_table_free(pte_t *pgd)
{
	free_page(__pa(pgd));
}

static inline void cpu_switch_mm(struct mm_struct *mm)
{
	lctlg(1, mm_asce(mm));
}

#endif
