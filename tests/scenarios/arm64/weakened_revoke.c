/* A page is taken away with the sequence of the manual, and with one part of it missing or weakened: what can a load
 * find?
 *
 * machine: arm64
 * cpus: 2
 * variant: full           PASS           --property assertion -D OWN -D OLD
 * variant: full           FAIL assertion --property assertion -D OWN -D FAULT
 * variant: full           PASS           --property assertion -D OTHER -D OLD
 * variant: full           FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: no-dsb-before  FAIL assertion --property assertion -D OWN -D OLD
 * variant: no-dsb-before  FAIL assertion --property assertion -D OWN -D FAULT
 * variant: no-dsb-before  FAIL assertion --property assertion -D OTHER -D OLD
 * variant: no-dsb-before  FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: no-dsb-after   FAIL assertion --property assertion -D OWN -D OLD
 * variant: no-dsb-after   FAIL assertion --property assertion -D OWN -D FAULT
 * variant: no-dsb-after   FAIL assertion --property assertion -D OTHER -D OLD
 * variant: no-dsb-after   FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: local-tlbi     PASS           --property assertion -D OWN -D OLD
 * variant: local-tlbi     FAIL assertion --property assertion -D OWN -D FAULT
 * variant: local-tlbi     FAIL assertion --property assertion -D OTHER -D OLD
 * variant: local-tlbi     FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: nsh-after      PASS           --property assertion -D OWN -D OLD
 * variant: nsh-after      FAIL assertion --property assertion -D OWN -D FAULT
 * variant: nsh-after      FAIL assertion --property assertion -D OTHER -D OLD
 * variant: nsh-after      FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: ishst-after    FAIL assertion --property assertion -D OWN -D OLD
 * variant: ishst-after    FAIL assertion --property assertion -D OWN -D FAULT
 * variant: ishst-after    FAIL assertion --property assertion -D OTHER -D OLD
 * variant: ishst-after    FAIL assertion --property assertion -D OTHER -D FAULT
 * variant: no-isb         FAIL assertion --property assertion -D OWN -D OLD
 * variant: no-isb         FAIL assertion --property assertion -D OWN -D FAULT
 * variant: no-isb         PASS           --property assertion -D OTHER -D OLD
 * variant: no-isb         FAIL assertion --property assertion -D OTHER -D FAULT
 *
 * CPU 0: the entry is cleared; DSB ISHST; TLBI VAE1IS; DSB ISH; ISB; y is set. OWN: then it loads from the page itself,
 * in EL1.
 * OTHER: CPU 1, which walks the same table, has seen y = 1, has executed DSB and ISB, and loads. Outcomes: OLD, the
 * page's word; FAULT.
 * FAIL: the outcome is reachable. The table, beside published results, is in docs/litmus-arm64.md.
 *
 * full: only the fault. no-dsb-before: the TLBI is performed while the store waits; a walk then finds the old entry
 *   again, on both CPUs. no-dsb-after, ishst-after: the TLBI may still be on its way when the loads come (an ST form
 *   does not wait for it).
 * local-tlbi: CPU 0's own TLB is clean, CPU 1's is not. nsh-after: CPU 0 has performed its part, CPU 1 need not have.
 * no-isb: CPU 0 may go on with what it has removed; CPU 1 has an ISB of its own.
 * FAULT is always reachable: nothing makes a CPU keep the old translation.
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
	if (!VARIANT(no_isb))
		isb();
	set_flag(1);
#ifdef OWN
	seen = 1;
	last_access(kernel_load(VA));
#endif
	stop();
}
