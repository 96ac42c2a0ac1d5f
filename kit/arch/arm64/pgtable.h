/* arm64: 3 levels of 512 entries, 39-bit addresses. TTBR0 leads to the user's tables, TTBR1 to init_mm's.
 *
 * Leaves are made with the access flag. The user's are marked not global, so that an ASID tags what is cached of them;
 * the kernel's are global.
 */
#ifndef KIT_ARCH_ARM64_PGTABLE_H
#define KIT_ARCH_ARM64_PGTABLE_H

#define PGTABLE_LEVELS 3
#define LEVEL_SHIFT(level) (PAGE_SHIFT + 9 * (level))
#define LEVEL_ENTRIES(level) 512u
#define VMALLOC_START 0xffffff8008000000ul
#define __PHYSICAL_MASK PTE_ADDRESS_MASK
#define KERNEL_HALF_IN_PGD 0

#define _PAGE_TABLE (PTE_VALID | PTE_TYPE_TABLE)
#define PAGE_SHARED (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_SHARED | PTE_AF | PTE_NG | PTE_PXN)
#define PAGE_READONLY (PAGE_SHARED | PTE_RDONLY)
#define PAGE_KERNEL (PTE_VALID | PTE_TYPE_TABLE | PTE_SHARED | PTE_AF | PTE_PXN | PTE_UXN)
#define PTE_NONE 0ul
#define PMD_NONE 0ul
/* A valid entry that leads to one page is cleared and flushed before it leads to another. */
#define BREAK_BEFORE_MAKE 1

/* One ASID for each mm for ever, the simplest policy that is correct: init_mm, which has no user pages, has 0. A scenario
 * about another policy defines ASID(mm), and what sets it. */
#ifndef KIT_ASID_BITS
#define KIT_ASID_BITS 8
#endif
#ifndef ASID
#define ASID(mm) kit_asid(mm)
#endif

static inline unsigned long kit_asid(const struct mm_struct *mm)
{
	unsigned long asid = mm == &init_mm ? 0ul : (unsigned long)(mm - kit_mms) + 1;

	if (asid >> KIT_ASID_BITS)
		sd_exhausted("the ASIDs are used up (KIT_ASID_BITS)");
	return asid;
}

/* What TTBR0 leads to when no user address space is loaded: a table without entries. */
static pte_t *reserved_pg_dir;

static inline int pte_present(pte_t pte)
{
	return (pte & PTE_VALID) != 0;
}

static inline int level_present(pte_t entry, unsigned level)
{
	(void)level;
	return pte_present(entry);
}

/* A kernel entry may be used at once; for a user's it is enough that a walk sees it at some time: until then there are
 * faults, which are tried again. */
static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*(volatile pte_t *)ptep = pte;
	if (pte_present(pte) && !(pte & PTE_USER)) {
		dsb(ishst);
		isb();
	}
}

#ifndef KIT_HAVE_CHANGE_PTE
/* Of a valid entry: rights only. */
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
/* The exchange that is needed where hardware may set the dirty state meanwhile. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long va, pte_t *ptep)
{
	(void)mm;
	(void)va;
	return __atomic_exchange_n(ptep, PTE_NONE, __ATOMIC_RELAXED);
}
#endif

/* An entry of an upper level: a table. */
static inline void set_pmd(pte_t *pmdp, pte_t pmd)
{
	*(volatile pte_t *)pmdp = pmd;
	dsb(ishst);
	isb();
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

/* ASID and table in one write of TTBR0 (TCR_EL1.A1 is 0). */
static inline void cpu_switch_mm(struct mm_struct *mm)
{
	pte_t *pgd = mm == &init_mm ? reserved_pg_dir : mm->pgd;

	write_sysreg(__pa(pgd) | TTBR_ASID(ASID(mm)), ttbr0_el1);
	isb();
}

#endif
