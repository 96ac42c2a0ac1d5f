/* CPU 1's store in flight; CPU 0's TLBI with a wrong level hint does not wait for it.
 *
 * machine: arm64
 * cpus: 2
 * variant: right PASS --cpu-features asid8,ttl
 * variant: wrong FAIL assertion --cpu-features asid8,ttl
 * variant: other-page FAIL assertion --cpu-features asid8,ttl
 *
 * CPU 1 stores through the page, then says so without an order. The page is unmapped, and CPU 0 reads the frame. right: the DSB
 * waits for the TLBI, and that for accesses that used the translation (D8.17.6). wrong: nothing has to be invalidated
 * (R_SQXYZ), so there is nothing to wait for; nor in other-page.
 */
#include "tables.h"

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

static void writer(void *p)
{
	(void)p;
	translation_on(root, 1);
	user_store(VA, 7);
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
	page = (volatile unsigned long *)frame(1);
	pte = map(root, VA, (unsigned long)page, USER_PAGE);
	sd_cpu_start(1, writer, 0, "writer");
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		cpu_relax();
	set_pte(pte, 0);
	dsb(ishst);
	if (VARIANT(right))
		tlbi(VAE1IS, tlbi_va(VA, 1) | 7ul << 44);
	else if (VARIANT(wrong))
		tlbi(VAE1IS, tlbi_va(VA, 1) | 6ul << 44);
	else
		tlbi(VAE1IS, tlbi_va(NEXT, 1));
	dsb(ish);
	sd_cover("end");
	seen = *page;
	sd_assert(seen == 7);
	sd_context_finish();
	for (;;)
		wfi();
}
