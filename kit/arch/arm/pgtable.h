/* ARMv5: a first-level table of 4096 entries (four pages) and coarse second-level tables of 256, which take a page each
 * here. Nothing is tagged, so the kernel's half is copied into every first-level table.
 */
#ifndef KIT_ARCH_ARM_PGTABLE_H
#define KIT_ARCH_ARM_PGTABLE_H

#define PGTABLE_LEVELS 2
#define LEVEL_SHIFT(level) ((level) ? 20u : 12u)
#define LEVEL_ENTRIES(level) ((level) ? 4096u : 256u)
#define PGD_PAGES 4u
#define VMALLOC_START 0xf8000000ul
#define __PHYSICAL_MASK ARM_SMALL_BASE
#define KERNEL_HALF_IN_PGD 1

#define _PAGE_TABLE ARM_L1_COARSE
#define PAGE_SHARED (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_WRITE))
#define PAGE_READONLY (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_READ))
#define PAGE_KERNEL (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_KERNEL))
#define PTE_NONE 0ul
#define PMD_NONE 0ul
#define BREAK_BEFORE_MAKE 0

static inline int pte_present(pte_t pte)
{
	return (pte & 3) != 0;
}

static inline int level_present(pte_t entry, unsigned level)
{
	(void)level;
	return pte_present(entry);
}

/* Walks read memory, not the data cache: the entry's line is cleaned, and the write buffer drained. */
static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
	mcr_cache(0xa1, ptep);
	mcr_cache(0xa4, 0);
}

#ifndef KIT_HAVE_CHANGE_PTE
static inline void change_pte(struct mm_struct *mm, unsigned long va, pte_t *ptep, pte_t pte)
{
	(void)mm;
	(void)va;
	set_pte(ptep, pte);
}
#endif

static inline void pte_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	(void)mm;
	(void)va;
	set_pte(ptep, PTE_NONE);
}

#ifndef KIT_HAVE_PTEP_GET_AND_CLEAR
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	pte_t pte = *(volatile pte_t *)ptep;

	(void)mm;
	(void)va;
	set_pte(ptep, PTE_NONE);
	return pte;
}
#endif

static inline void set_pmd(pte_t *pmdp, pte_t pmd)
{
	set_pte(pmdp, pmd);
}

static inline pte_t *table_alloc(unsigned level)
{
	return table_alloc_filled(level ? PGD_PAGES : 1u, 0);
}

static inline void pgd_table_free(pte_t *pgd)
{
	unsigned n;

	for (n = 0; n < PGD_PAGES; n++)
		free_page(__pa(pgd) + n * PAGE_SIZE);
}

/* Cache, write buffer, table, TLB: an interrupt may come between any two. Writing the table base flushes nothing. */
static inline void cpu_switch_mm(struct mm_struct *mm)
{
	unsigned long line;

	for (line = 0; line < 2; line++)
		mcr_cache(0xe1, line << 5); /* clean and invalidate; two lines stand for all of the data cache */
	mcr_cache(0xa4, 0); /* drain the write buffer */
	mcr_ttbr(__pa(mm->pgd));
	mcr_tlb_invalidate_all();
}

#endif
