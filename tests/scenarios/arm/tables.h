/* Page tables by hand for ARMv5, for scenarios that have no kernel. Everything lies in static arrays; nothing is freed. */
#ifndef TEST_ARM_TABLES_H
#define TEST_ARM_TABLES_H

#include <shootdown/arm.h>

typedef unsigned long desc_t; /* 32 bits */

#define PAGE_SIZE 4096ul
#define SECTION_SIZE 0x100000ul
#define VA 0x400000ul
#define NEXT (VA + PAGE_SIZE) /* in the same coarse table */
#define SECTION_VA 0x40000000ul

#define USER_PAGE (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_WRITE))
#define USER_READONLY (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_READ))
#define KERNEL_PAGE (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_KERNEL))

static desc_t first_level[2][4096] __attribute__((aligned(16384)));
static desc_t coarse[4][256] __attribute__((aligned(4096)));
static unsigned roots_used, coarse_used;
static unsigned frames[4][PAGE_SIZE / sizeof(unsigned)] __attribute__((aligned(4096)));
static unsigned big[2 * SECTION_SIZE / sizeof(unsigned)] __attribute__((aligned(0x100000)));

static inline desc_t *new_root(void)
{
	return first_level[roots_used++];
}

/* The frame whose first word is N. */
static inline unsigned long frame(unsigned n)
{
	frames[n][0] = n;
	return (unsigned long)frames[n];
}

static inline desc_t *first(desc_t *root, unsigned long va)
{
	return &root[va / SECTION_SIZE];
}

static inline desc_t *map(desc_t *root, unsigned long va, unsigned long pa, unsigned long flags)
{
	desc_t *up = first(root, va), *pte;

	if (*up == 0)
		*up = (unsigned long)coarse[coarse_used++] | ARM_L1_COARSE | ARM_L1_DOMAIN(1);
	pte = &((desc_t *)(*up & ARM_COARSE_BASE))[va / PAGE_SIZE % 256];
	*pte = pa | flags;
	return pte;
}

static inline void set_desc(desc_t *at, desc_t value)
{
	*(volatile desc_t *)at = value;
}

static inline void translation_on(desc_t *root)
{
	mcr_ttbr(root);
	mcr_control(ARM_CONTROL_M);
}

#endif
