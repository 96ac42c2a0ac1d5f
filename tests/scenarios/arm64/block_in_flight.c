/* CPU 1 stores through a block, not in its first page; TLBI on the block's first address.
 *
 * machine: arm64
 * cpus: 2
 * variant: first PASS
 * variant: second PASS
 * variant: hint PASS --cpu-features asid8,ttl
 *
 * The TLBI removes the block as a whole, whatever address of it is named, so it is complete only when accesses through any part
 * of it are (Arm ARM, D8.17.5, D8.17.6). first: to the page that is named; second: to the next one; hint: with the block's level.
 */
#include "tables.h"

static unsigned long big[2048] __attribute__((aligned(0x200000)));
static pte_t *root, *pte;
static unsigned long done;
static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_context_finish();
	for (;;)
		wfi();
}
#define AT (VARIANT(first) ? VA : NEXT)
static void writer(void *p)
{
	(void)p;
	translation_on(root, 1);
	user_store(AT, 7);
	__atomic_store_n(&done, 1ul, __ATOMIC_RELAXED);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	volatile unsigned long *page;
	unsigned long seen;
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = entry(root, 2, VA);
	*pte = (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE);
	page = big + (AT - VA) / 8;
	sd_cpu_start(1, writer, 0, "writer");
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		cpu_relax();
	set_pte(pte, 0);
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1) | (VARIANT(hint) ? 6ul << 44 : 0));
	dsb(ish);
	sd_cover("end");
	seen = *page;
	sd_assert(seen == 7);
	sd_context_finish();
	for (;;)
		wfi();
}
