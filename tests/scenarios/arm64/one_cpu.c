/* Walks and TLBIs may come before an older store of their CPU also where no other CPU runs.
 *
 * One CPU unmaps a page and forgets the DSB between the store and the TLBI, or maps one and uses it at once.
 *
 * machine: arm64
 * variant: no-dsb     FAIL assertion
 * variant: no-dsb     FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: no-dsb     PASS            --memory sc
 * variant: dsb        PASS
 * variant: dsb-nsh    PASS
 * variant: dsb-ld     FAIL assertion
 * variant: dmb        FAIL assertion
 * variant: twice      FAIL assertion
 * variant: inv-po     FAIL assertion
 * variant: inv-po     FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: inv-po     PASS            --cpu-features ets2
 * variant: inv-dsb    FAIL assertion
 * variant: inv-dsb    PASS            --cpu-features ets2
 * variant: inv-isb    FAIL assertion
 * variant: inv-both   PASS
 *
 * no-dsb: the TLBI may be performed, and a walk find the old entry, before the store is in memory (herd7's catalogue,
 *   V2I-W-DSB.LD-TLBI-DSB.ISH-ISB-R: Allowed). inv-po: an invalid entry becomes valid, and the load right behind it may
 *   fault (coWRExpNExp, CoWTf.inv+po: Allowed). A walker is
 *   another observer also where there is one CPU (Arm ARM, R_TGRMW, R_SPVBD).
 * dsb, dsb-nsh: the store has been observed by this CPU's walks before the TLBI. dsb-ld: that form waits for loads. dmb: it
 *   orders no walk and no TLBI (V2I-W-DSB.LD-..., as above: DMB orders explicit accesses only). twice: two stores, the
 *   first of which nobody else could see any more; a walk may have found what was there between them.
 * inv-dsb [CoWTf.inv+dsb: allowed; with FEAT_ETS2 forbidden]: the walk may have come before the DSB. inv-isb
 *   [CoWTf.inv+poloc-ctrl-isb: allowed]: nothing waits for the store. inv-both: neither is possible.
 */
#include "../../scenarios/arm64/tables.h"

static pte_t *root, *pte;

#define MAPS (VARIANT(inv_po) || VARIANT(inv_dsb) || VARIANT(inv_isb) || VARIANT(inv_both))

static void ended(int as_published)
{
	sd_cover("ended");
	sd_assert(!as_published);
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	ended(MAPS);
	sd_context_finish();
	for (;;)
		wfi();
}

static void map_again(void)
{
	set_pte(pte, frame(1) | USER_PAGE);
	if (VARIANT(inv_dsb) || VARIANT(inv_both))
		dsb(ish);
	if (VARIANT(inv_isb) || VARIANT(inv_both))
		isb();
}

static void unmap(void)
{
	if (VARIANT(twice)) {
		set_pte(pte, frame(2) | USER_PAGE);
		tlbi(VAE1, tlbi_va(VA, 1));
	}
	set_pte(pte, 0);
	if (VARIANT(dsb))
		dsb(ishst);
	else if (VARIANT(dsb_nsh))
		dsb(nsh);
	else if (VARIANT(dsb_ld))
		dsb(ishld);
	else if (VARIANT(dmb))
		dmb(ish);
	tlbi(VAE1, tlbi_va(VA, 1));
	dsb(ish);
	isb();
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	frame(2);
	if (MAPS || VARIANT(twice))
		*pte = 0;
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, root, "other");
#endif
	translation_on(root, 1);
	if (MAPS)
		map_again();
	else
		unmap();
	kernel_load(VA);
	ended(!MAPS);
}
