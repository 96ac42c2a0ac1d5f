/* Page tables by hand for arm64, for scenarios that have no kernel: 4 KiB granule, 39-bit addresses, three levels.
 * Everything lies in static arrays, so nothing is ever freed.
 */
#ifndef TEST_ARM64_TABLES_H
#define TEST_ARM64_TABLES_H

#include <shootdown/arm64.h>

typedef unsigned long pte_t;

#define PAGE_SIZE 4096ul
#define ENTRIES 512u
#define LEVELS 3u
#define VA 0x400000ul
#define NEXT (VA + PAGE_SIZE) /* in the same table */
#define FAR_VA 0x40000000ul /* nothing in common with VA but the root */
#define KERNEL_VA 0xffffff8000400000ul

#define TABLE_FLAGS (PTE_VALID | PTE_TYPE_TABLE)
#define USER_PAGE (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_AF | PTE_NG)
#define USER_READONLY (USER_PAGE | PTE_RDONLY)
#define KERNEL_PAGE (PTE_VALID | PTE_TYPE_TABLE | PTE_AF | PTE_UXN)

static pte_t tables[16][ENTRIES] __attribute__((aligned(4096)));
static unsigned tables_used;
static unsigned long frames[4][PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

static inline pte_t *new_table(void)
{
	return tables[tables_used++];
}

/* The frame whose first word is N. */
static inline unsigned long frame(unsigned n)
{
	frames[n][0] = n;
	return (unsigned long)frames[n];
}

static inline unsigned entry_index(unsigned level, unsigned long va)
{
	return (unsigned)(va >> (12u + 9u * (level - 1u))) & (ENTRIES - 1u);
}

/* The entry of LEVEL (1: of a page, the architecture's level 3) for VA below ROOT; missing tables are made. */
static inline pte_t *entry(pte_t *root, unsigned level, unsigned long va)
{
	pte_t *table = root;

	for (unsigned at = LEVELS; at > level; at--) {
		pte_t *up = &table[entry_index(at, va)];

		if (!(*up & PTE_VALID))
			*up = (unsigned long)new_table() | TABLE_FLAGS;
		table = (pte_t *)(*up & PTE_ADDRESS_MASK);
	}
	return &table[entry_index(level, va)];
}

static inline pte_t *map(pte_t *root, unsigned long va, unsigned long pa, unsigned long flags)
{
	pte_t *pte = entry(root, 1, va);

	*pte = pa | flags;
	return pte;
}

static inline void set_pte(pte_t *pte, pte_t value)
{
	*(volatile pte_t *)pte = value;
}

/* TTBR0 on ROOT with ASID; no walks from TTBR1. */
static inline void translation_on_with(pte_t *root, unsigned long asid, unsigned long tcr)
{
	dsb(ishst);
	write_sysreg((unsigned long)root | TTBR_ASID(asid), ttbr0_el1);
	write_sysreg(1ul << 23 | tcr, tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

static inline void translation_on(pte_t *root, unsigned long asid)
{
	translation_on_with(root, asid, 0);
}

/* The operand of a TLBI by address. */
static inline unsigned long tlbi_va(unsigned long va, unsigned long asid)
{
	return TTBR_ASID(asid) | (va >> 12 & 0xffffffffffful);
}

/* A second CPU: that is only there (start it with 0), or that walks ROOT as well, under ASID 1. */
static inline void second_cpu(void *root)
{
	if (root)
		translation_on((pte_t *)root, 1);
	sd_context_finish();
	for (;;)
		wfi();
}

#endif
