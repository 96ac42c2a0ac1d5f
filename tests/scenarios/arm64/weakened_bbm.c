/* Break-before-make with one part missing or weakened: what can a load find afterwards, and do two translations
 * coexist?
 *
 * machine: arm64
 * cpus: 2
 * variant: full           PASS           --property assertion -D OWN -D OLD
 * variant: full           PASS           --property assertion -D OWN -D FAULT
 * variant: full           FAIL assertion --property assertion -D OWN -D NEW
 * variant: full           PASS           --property assertion -D OTHER -D OLD
 * variant: full           PASS           --property assertion -D OTHER -D FAULT
 * variant: full           FAIL assertion --property assertion -D OTHER -D NEW
 * variant: no-dsb-before  FAIL assertion --property assertion -D OWN -D OLD
 * variant: no-dsb-before  PASS           --property assertion -D OWN -D FAULT
 * variant: no-dsb-before  FAIL assertion --property assertion -D OWN -D NEW
 * variant: no-dsb-before  FAIL assertion --property assertion -D OTHER -D OLD
 * variant: no-dsb-before  PASS           --property assertion -D OTHER -D FAULT
 * variant: no-dsb-before  FAIL assertion --property assertion -D OTHER -D NEW
 * variant: no-dsb-after   PASS           --property assertion -D OWN -D OLD
 * variant: no-dsb-after   PASS           --property assertion -D OWN -D FAULT
 * variant: no-dsb-after   FAIL assertion --property assertion -D OWN -D NEW
 * variant: no-dsb-after   PASS           --property assertion -D OTHER -D OLD
 * variant: no-dsb-after   PASS           --property assertion -D OTHER -D FAULT
 * variant: no-dsb-after   FAIL assertion --property assertion -D OTHER -D NEW
 * variant: local-tlbi     PASS           --property assertion -D OWN -D OLD
 * variant: local-tlbi     PASS           --property assertion -D OWN -D FAULT
 * variant: local-tlbi     FAIL assertion --property assertion -D OWN -D NEW
 * variant: local-tlbi     FAIL assertion --property assertion -D OTHER -D OLD
 * variant: local-tlbi     PASS           --property assertion -D OTHER -D FAULT
 * variant: local-tlbi     FAIL assertion --property assertion -D OTHER -D NEW
 * variant: nsh-after      PASS           --property assertion -D OWN -D OLD
 * variant: nsh-after      PASS           --property assertion -D OWN -D FAULT
 * variant: nsh-after      FAIL assertion --property assertion -D OWN -D NEW
 * variant: nsh-after      PASS           --property assertion -D OTHER -D OLD
 * variant: nsh-after      PASS           --property assertion -D OTHER -D FAULT
 * variant: nsh-after      FAIL assertion --property assertion -D OTHER -D NEW
 * variant: ishst-after    PASS           --property assertion -D OWN -D OLD
 * variant: ishst-after    PASS           --property assertion -D OWN -D FAULT
 * variant: ishst-after    FAIL assertion --property assertion -D OWN -D NEW
 * variant: ishst-after    PASS           --property assertion -D OTHER -D OLD
 * variant: ishst-after    PASS           --property assertion -D OTHER -D FAULT
 * variant: ishst-after    FAIL assertion --property assertion -D OTHER -D NEW
 * variant: no-isb         FAIL assertion --property assertion -D OWN -D OLD
 * variant: no-isb         FAIL assertion --property assertion -D OWN -D FAULT
 * variant: no-isb         PASS           --property assertion -D OWN -D FAULT --cpu-features ets2
 * variant: no-isb         FAIL assertion --property assertion -D OWN -D NEW
 * variant: no-isb         PASS           --property assertion -D OTHER -D OLD
 * variant: no-isb         PASS           --property assertion -D OTHER -D FAULT
 * variant: no-isb         FAIL assertion --property assertion -D OTHER -D NEW
 * variant: full           PASS                   --property break-before-make -D OWN
 * variant: no-dsb-before  FAIL break-before-make --property break-before-make -D OWN
 * variant: no-dsb-after   FAIL break-before-make --property break-before-make -D OWN
 * variant: local-tlbi     FAIL break-before-make --property break-before-make -D OWN
 * variant: nsh-after      FAIL break-before-make --property break-before-make -D OWN
 * variant: ishst-after    FAIL break-before-make --property break-before-make -D OWN
 * variant: no-isb         PASS                   --property break-before-make -D OWN
 *
 * CPU 0: the entry is cleared; DSB ISHST; TLBI VAE1IS; DSB ISH; the entry of another page is stored; DSB ISH; ISB; y is
 * set. OWN: then it loads from the page itself, in EL1. OTHER: CPU 1, which walks the same table, has seen y = 1, has
 * executed DSB and ISB, and loads. Outcomes: OLD, NEW, the word of either page; FAULT. FAIL: the outcome is reachable.
 * The last seven cases ask whether a CPU may have both translations at one time. The table, beside published results,
 * is in docs/litmus-arm64.md.
 *
 * The last DSB ISH makes the difference to weakened_revoke.c: it completes both stores, and a TLBI that is still on its
 * way.
 * full: only NEW. no-dsb-before: the TLBI is performed while the first store waits; the old entry is cached again, and
 *   stays.
 * no-dsb-after, ishst-after, nsh-after: the TLBI is complete before the loads, but need not be (nsh-after: on CPU 1)
 *   when the new entry is found: both translations at one time, though no load afterwards shows it.
 * local-tlbi: CPU 1 keeps the old translation. no-isb: CPU 0 may go on with what it has removed; no new walk finds the
 *   old entry. Its load's walk may have come before the last DSB, and found the entry cleared; not with FEAT_ETS2.
 * FAULT is reachable nowhere else: the new entry is in memory before the loads, and nothing invalid is cached.
 */
#include "published.h"

static unsigned long seen;

static void last_access(unsigned long value)
{
	int outcome = 0;

#ifdef OLD
	outcome = value == 1;
#endif
#ifdef NEW
	outcome = value == 2;
#endif
#ifdef FAULT
	outcome = value == FAULTED;
#endif
	judge(seen, outcome);
}

static void other(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
#ifdef OTHER
	seen = flag();
	dsb(sy);
	isb();
	last_access(kernel_load(VA));
#endif
	stop();
}

SCENARIO
{
	tables_begin();
	*pte = frame(1) | USER_READONLY;
	frame(2);
	sd_cpu_start(1, other, 0, "P1");
	translation_on(root, ASID);
	set_pte(pte, 0);
	if (!VARIANT(no_dsb_before))
		dsb(ishst);
	if (VARIANT(local_tlbi))
		tlbi(VAE1, tlbi_va(VA, ASID));
	else
		tlbi(VAE1IS, tlbi_va(VA, ASID));
	if (VARIANT(nsh_after))
		dsb(nsh);
	else if (VARIANT(ishst_after))
		dsb(ishst);
	else if (!VARIANT(no_dsb_after))
		dsb(ish);
	set_pte(pte, frame(2) | USER_READONLY);
	dsb(ish);
	if (!VARIANT(no_isb))
		isb();
	set_flag(1);
#ifdef OWN
	seen = 1;
	last_access(kernel_load(VA));
#endif
	stop();
}
