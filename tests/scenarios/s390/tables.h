/* Page tables by hand for s390x, for scenarios that have no kernel. A segment table of 512 entries (TL 0) is the root.
 * Entries are invalid from the start: zeros would be valid. Everything lies in static arrays; nothing is ever freed.
 */
#ifndef TEST_S390_TABLES_H
#define TEST_S390_TABLES_H

#include <shootdown/s390.h>

typedef unsigned long entry_t;

#define PAGE_SIZE 4096ul
#define SEGMENT_SIZE 0x100000ul
#define VA 0x400000ul
#define NEXT (VA + PAGE_SIZE) /* in the same page table */
#define OTHER (VA + SEGMENT_SIZE) /* at the same place of another page table */
#define CR_PRIMARY 1u
#define CR_SECONDARY 7u
#define CR_HOME 13u

/* Tables follow each other: behind the end of one lies the next. */
static entry_t segment_tables[4][512] __attribute__((aligned(4096))) = {
	[0 ... 3] = { [0 ... 511] = _REGION_ENTRY_INVALID },
};
static entry_t region_table[512] __attribute__((aligned(4096))) = {
	[0 ... 511] = _REGION_ENTRY_INVALID | S390_ASCE_TYPE_REGION3,
};
static entry_t page_tables[4][256] __attribute__((aligned(4096))) = {
	[0 ... 3] = { [0 ... 255] = _PAGE_INVALID },
};
static unsigned segment_tables_used, page_tables_used;
static unsigned long frames[4][PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

static inline entry_t *new_root(void)
{
	return segment_tables[segment_tables_used++];
}

/* The frame whose first word is N. */
static inline unsigned long frame(unsigned n)
{
	frames[n][0] = n;
	return (unsigned long)frames[n];
}

static inline entry_t *segment_entry(entry_t *root, unsigned long va)
{
	return &root[va / SEGMENT_SIZE];
}

static inline entry_t *page_table(entry_t *root, unsigned long va)
{
	return (entry_t *)(*segment_entry(root, va) & _SEGMENT_ENTRY_ORIGIN);
}

static inline entry_t *page_entry(entry_t *root, unsigned long va)
{
	return &page_table(root, va)[va / PAGE_SIZE % 256];
}

static inline entry_t *map(entry_t *root, unsigned long va, unsigned long pa, unsigned long flags)
{
	entry_t *segment = segment_entry(root, va);

	if (*segment & _SEGMENT_ENTRY_INVALID)
		*segment = (unsigned long)page_tables[page_tables_used++];
	*page_entry(root, va) = pa | flags;
	return page_entry(root, va);
}

static inline void set_entry(entry_t *at, entry_t value)
{
	*(volatile entry_t *)at = value;
}

static inline unsigned long asce(entry_t *root)
{
	return (unsigned long)root | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

#endif
