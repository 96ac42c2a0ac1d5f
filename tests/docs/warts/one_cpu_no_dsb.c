/* less: no-dsb and inv-po should FAIL assertion with one CPU as well.
 *
 * One CPU unmaps a page and forgets the DSB between the store and the TLBI, or maps one and uses it at once.
 *
 * machine: arm64
 * variant: no-dsb   PASS
 * variant: no-dsb   FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: inv-po   PASS
 * variant: inv-po   FAIL assertion  --cpus 2 -D SECOND_CPU
 *
 * no-dsb: the TLBI may be performed, and a walk find the old entry, before the store is in memory (herd7's catalogue,
 *   V2I-W-DSB.LD-TLBI-DSB.ISH-ISB-R: Allowed). inv-po: an invalid entry becomes valid, and the load right behind it may
 *   fault (coWRExpNExp, CoWTf.inv+po: Allowed). A walker is
 *   another observer also where there is one CPU.
 */
#include "../../scenarios/arm64/tables.h"

static pte_t *root, *pte;

static void ended(int outcome)
{
	sd_cover("ended");
	sd_assert(!outcome);
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	ended(VARIANT(inv_po));
	sd_context_finish();
	for (;;)
		wfi();
}

static void other(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	if (VARIANT(inv_po))
		*pte = 0;
#ifdef SECOND_CPU
	sd_cpu_start(1, other, 0, "other");
#else
	(void)other;
#endif
	translation_on(root, 1);
	if (VARIANT(inv_po)) {
		set_pte(pte, frame(1) | USER_PAGE);
	} else {
		set_pte(pte, 0);
		tlbi(VAE1, tlbi_va(VA, 1));
		dsb(ish);
		isb();
	}
	kernel_load(VA);
	ended(VARIANT(no_dsb));
}
