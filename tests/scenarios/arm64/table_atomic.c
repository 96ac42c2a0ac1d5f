/* Two CPUs each set a software bit of one descriptor.
 *
 * machine: arm64
 * cpus: 2
 * variant: atomic PASS
 * variant: plain  FAIL assertion
 *
 * atomic: no store of another CPU comes between the two accesses of an atomic read-modify-write (Arm ARM, B2.3), so both bits
 * are there in the end, though each CPU's store waits. plain: a load and a store lose one.
 */
#include "tables.h"

#define FIRST (1ul << 55)
#define SECOND (1ul << 56)

static pte_t *root, *pte;
static unsigned long done[8];

static void set_bit(unsigned long bit)
{
	if (VARIANT(atomic))
		__atomic_fetch_or(pte, bit, __ATOMIC_RELAXED);
	else
		set_pte(pte, *(volatile pte_t *)pte | bit);
}

static void other(void *unused)
{
	(void)unused;
	set_bit(SECOND);
	dsb(ish);
	__atomic_store_n(done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	sd_cpu_start(1, other, 0, "other");
	set_bit(FIRST);
	dsb(ish);
	while (!__atomic_load_n(done, __ATOMIC_ACQUIRE))
		cpu_relax();
	sd_assert((*pte & (FIRST | SECOND)) == (FIRST | SECOND));
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	sd_context_finish();
	for (;;)
		wfi();
}
