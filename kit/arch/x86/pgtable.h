/* x86: 4 levels of 512 entries on x86-64, 2 levels of 1024 on i386.
 *
 * Entries are made with the accessed bit set, leaves that may be written also with the dirty bit: hardware setting them
 * later would only add states. A scenario about those bits sets its own entries with set_pte().
 */
#ifndef KIT_ARCH_X86_PGTABLE_H
#define KIT_ARCH_X86_PGTABLE_H

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
#define LEVEL_SHIFT(level) (PAGE_SHIFT + PTRS_PER_TABLE_SHIFT * (level))
#define LEVEL_ENTRIES(level) PTRS_PER_TABLE
#define KERNEL_HALF_IN_PGD 1

#define _PAGE_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_READONLY (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_SHARED (PAGE_READONLY | _PAGE_RW | _PAGE_DIRTY)
/* Kernel pages are global where the CPU has global pages. */
#define PAGE_KERNEL \
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | (mmu_cr4_features & X86_CR4_PGE ? _PAGE_GLOBAL : 0))
#define PTE_NONE 0ul
#define PMD_NONE 0ul
#define BREAK_BEFORE_MAKE 0

/* What CR4 holds from boot on; never changes. */
static unsigned long mmu_cr4_features;

static inline int pte_present(pte_t pte)
{
	return (pte & _PAGE_PRESENT) != 0;
}

static inline int level_present(pte_t entry, unsigned level)
{
	(void)level;
	return pte_present(entry);
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
}

#ifndef KIT_HAVE_CHANGE_PTE
static inline void change_pte(struct mm_struct *mm, unsigned long va, pte_t *ptep, pte_t pte)
{
	(void)mm;
	(void)va;
	set_pte(ptep, pte);
}
#endif

/* Where nobody needs what it was. */
static inline void pte_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	(void)mm;
	(void)va;
	set_pte(ptep, PTE_NONE);
}

#ifndef KIT_HAVE_PTEP_GET_AND_CLEAR
/* The one-instruction exchange that SMP needs so that a dirty bit set meanwhile is not lost. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	(void)mm;
	(void)va;
	return __atomic_exchange_n(ptep, PTE_NONE, __ATOMIC_SEQ_CST);
}
#endif

static inline void set_pmd(pte_t *pmdp, pte_t pmd)
{
	set_pte(pmdp, pmd);
}

static inline pte_t *table_alloc(unsigned level)
{
	(void)level;
	return pte_alloc_one();
}

static inline void pgd_table_free(pte_t *pgd)
{
	free_page(__pa(pgd));
}

static inline void cpu_switch_mm(struct mm_struct *mm)
{
	mov_to_cr3(__pa(mm->pgd));
}

#endif
