/* Page tables by hand, for scenarios that have no kernel: tables, frames that hold their own number, map().
 *
 * Everything lies in static arrays, so nothing is ever freed and a table that is no longer pointed to may be written
 * like any other.
 */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include <shootdown/x86.h>

typedef unsigned long pte_t;

#ifdef __x86_64__
#define LEVELS 4u
#define INDEX_BITS 9u
#define FAR 0x8000000000ul /* nothing in common with VA but the root */
#else
#define LEVELS 2u
#define INDEX_BITS 10u
#define FAR 0x800000ul
#endif
#define PAGE_SIZE 4096ul
#define ENTRIES (PAGE_SIZE / sizeof(pte_t))
#define LARGE_PAGE (PAGE_SIZE << INDEX_BITS) /* 2 MiB, or 4 MiB on i386 */

#define VA 0x400000ul
#define NEXT (VA + PAGE_SIZE) /* in the same table */

#define TABLE_FLAGS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)
#define USER_PAGE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
#define KERNEL_PAGE (_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)

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
	return (unsigned)(va >> (12u + INDEX_BITS * (level - 1u))) & ((1u << INDEX_BITS) - 1u);
}

/* The entry of LEVEL (1: of a page) for VA below ROOT; tables on the way are made where they are missing. */
static inline pte_t *entry(pte_t *root, unsigned level, unsigned long va)
{
	pte_t *table = root;

	for (unsigned at = LEVELS; at > level; at--) {
		pte_t *up = &table[entry_index(at, va)];

		if (!(*up & _PAGE_PRESENT))
			*up = (unsigned long)new_table() | TABLE_FLAGS;
		table = (pte_t *)(*up & ~0xffful & ~_PAGE_NX);
	}
	return &table[entry_index(level, va)];
}

static inline pte_t *map(pte_t *root, unsigned long va, unsigned long pa, unsigned long flags)
{
	pte_t *pte = entry(root, 1, va);

	*pte = pa | flags;
	return pte;
}

static inline void paging_on(pte_t *root)
{
	mov_to_cr3((unsigned long)root);
	mov_to_cr0(X86_CR0_PE | X86_CR0_WP | X86_CR0_PG);
}

static inline void set_cr4(unsigned long bits)
{
	mov_to_cr4(mov_from_cr4() | bits);
}

static inline void clear_cr4(unsigned long bits)
{
	mov_to_cr4(mov_from_cr4() & ~bits);
}

#endif
