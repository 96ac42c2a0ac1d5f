/* CPU 0 takes a page away that CPU 1 is reading: the sequence of the manual, and with one part missing or weakened.
 *
 * machine: arm64
 * cpus: 2
 * variant: full            PASS
 * variant: no-dsb-before   FAIL revoked-translation
 * variant: dmb-before      FAIL revoked-translation
 * variant: nshst-before    FAIL revoked-translation
 * variant: ld-before       FAIL revoked-translation
 * variant: dsb-before-sc   PASS --memory sc
 * variant: no-tlbi         FAIL revoked-translation
 * variant: local-tlbi      FAIL revoked-translation
 * variant: no-dsb-after    FAIL revoked-translation
 * variant: dmb-after       FAIL revoked-translation
 * variant: nsh-after       FAIL revoked-translation
 * variant: st-after        FAIL revoked-translation
 * variant: ld-after        FAIL revoked-translation
 * variant: sy-after        PASS
 * variant: other-address   FAIL revoked-translation
 * variant: other-asid      FAIL revoked-translation
 * variant: every-asid      PASS
 * variant: by-asid         PASS
 * variant: everything      PASS
 * variant: leaf            PASS
 * variant: range           PASS
 * variant: range-short     FAIL revoked-translation
 *
 * full: store; DSB ISHST, so that walkers find the store; TLBI VAE1IS; DSB ISH, which waits until both CPUs have performed
 *   it. From then on CPU 1 can only fault.
 * no-dsb-before: CPU 1 performs the TLBI while the store is in CPU 0's buffer, walks, and has the old entry again. DMB orders
 *   loads and stores, and neither the TLBI nor a walk is one. DSB NSHST makes the store visible to CPU 0 itself. DSB ISHLD
 *   waits for loads. (dsb-before-sc: the same as no-dsb-before where stores do not wait.)
 * no-tlbi, local-tlbi: nothing removes what CPU 1 has.
 * no-dsb-after, dmb-after: the TLBI may still be on its way. nsh-after: waited for at CPU 0 alone. st-after, ld-after: these
 *   forms do not wait for TLBIs (herd7, aarch64hwreqs.cat). sy-after: a wider domain.
 * other-address, other-asid: not this translation. every-asid (VAAE1IS), by-asid (ASIDE1IS), everything (VMALLE1IS), leaf
 *   (VALE1IS), range (RVAE1IS of two pages, VA the second): all of them cover it. range-short: two pages, ending before VA.
 */
#include "tables.h"

#define ASID 1ul

static pte_t *root, *pte;
static unsigned long taken;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_EL1_EC(esr) == ESR_EC_DATA_ABORT_EL0 && ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_assert(read_sysreg(far_el1) == VA);
	taken = 1;
	sd_context_finish();
	for (;;)
		wfi();
}

static void reader(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	for (;;)
		user_load(VA);
}

#define RANGE(first) (TTBR_ASID(ASID) | 1ul << 46 | ((first) >> 12))

static void take_away(void)
{
	set_pte(pte, 0);

	if (VARIANT(dmb_before))
		dmb(ish);
	else if (VARIANT(nshst_before))
		dsb(nshst);
	else if (VARIANT(ld_before))
		dsb(ishld);
	else if (!VARIANT(no_dsb_before) && !VARIANT(dsb_before_sc))
		dsb(ishst);

	if (VARIANT(local_tlbi))
		tlbi(VAE1, tlbi_va(VA, ASID));
	else if (VARIANT(other_address))
		tlbi(VAE1IS, tlbi_va(NEXT, ASID));
	else if (VARIANT(other_asid))
		tlbi(VAE1IS, tlbi_va(VA, ASID + 1));
	else if (VARIANT(every_asid))
		tlbi(VAAE1IS, tlbi_va(VA, ASID + 1));
	else if (VARIANT(by_asid))
		tlbi(ASIDE1IS, TTBR_ASID(ASID));
	else if (VARIANT(everything))
		tlbi(VMALLE1IS, 0);
	else if (VARIANT(leaf))
		tlbi(VALE1IS, tlbi_va(VA, ASID));
	else if (VARIANT(range))
		tlbi(RVAE1IS, RANGE(VA - PAGE_SIZE));
	else if (VARIANT(range_short))
		tlbi(RVAE1IS, RANGE(VA - 2 * PAGE_SIZE));
	else if (!VARIANT(no_tlbi))
		tlbi(VAE1IS, tlbi_va(VA, ASID));

	if (VARIANT(dmb_after))
		dmb(ish);
	else if (VARIANT(nsh_after))
		dsb(nsh);
	else if (VARIANT(st_after))
		dsb(ishst);
	else if (VARIANT(ld_after))
		dsb(ishld);
	else if (VARIANT(sy_after))
		dsb(sy);
	else if (!VARIANT(no_dsb_after))
		dsb(ish);
	sd_revoked((unsigned long)root, VA);
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, reader, 0, "reader");
	take_away();
	sd_context_finish();
	for (;;)
		wfi();
}
