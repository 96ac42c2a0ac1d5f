/* Published litmus tests in which CPU 0 changes an entry and tells CPU 1, which then uses it: is the outcome reachable?
 *
 * machine: arm64
 * cpus: 2
 * options: --property assertion
 * variant: map-po-dsb-isb         FAIL assertion
 * variant: map-dmb-dsb-isb        PASS
 * variant: map-dmb-addr           PASS
 * variant: map-dmb-po             PASS
 * variant: map-dmb-dmb            PASS
 * variant: map-shoot-dsb-isb      PASS
 * variant: map-shoot-dmb          PASS
 * variant: map-shoot-po           PASS
 * variant: unmap-dsb-dsb-isb      FAIL assertion
 * variant: unmap-shoot-dsb-isb    PASS
 * variant: unmap-shoot-dmb        PASS
 * variant: unmap-local-dsb-isb    FAIL assertion
 * variant: unmap-local-ld-dsb-isb FAIL assertion
 * variant: unmap-local-st-dsb-isb FAIL assertion
 * variant: unmap-other-dsb-isb    FAIL assertion
 * variant: change-shoot-dsb-isb   PASS
 * variant: change-shoot-dsb       PASS
 * variant: change-shoot-dmb       PASS
 * variant: change-shoot-addr      PASS
 * variant: change-shoot-po        PASS
 * variant: bbm-dsb-isb            PASS
 * variant: bbm-no-tlbi-dsb-isb    FAIL assertion
 * variant: reader-ld-tlbi         PASS
 * variant: reader-st-tlbi         PASS
 * variant: reader-other-tlbi      FAIL assertion
 *
 * CPU 0 changes the entry of x (PTE), does what the middle of the name says, and sets y. CPU 1 loads y, does what the
 * end of the name says, and loads x. The outcome is y = 1 with the state of x before the change. FAIL: reachable
 * (allowed); PASS: it is not (forbidden, but for the five below). Names in brackets are those of the tests.
 *
 * map-*: invalid becomes valid; the outcome is a fault. map-dmb-dsb-isb, -addr [MP.RTf.inv+dmb+dsb-isb, +addr:
 *   forbidden]: the entry reaches memory before y. map-shoot-dsb-isb, -dmb [MP.RTf.inv.EL1+dsb-tlbiis-dsb+dsb-isb;
 *   D15347-M-load-shoot+DMB.LD: forbidden]. map-po-dsb-isb: no order between the two stores, as in MP+pos [allowed].
 * unmap-*: valid becomes invalid; the outcome is no fault. unmap-dsb-dsb-isb [CoWinvT+dsb-isb, of two CPUs]: what CPU 1
 *   has cached stays. unmap-shoot-dsb-isb [MP.RT.EL1+dsb-tlbiis-dsb+dsb-isb: forbidden]. unmap-local-*
 *   [MP.RT.EL1+dsb-tlbi-dsb+dsb-isb; V2I-W-DSB.ISH-TLBI-DSB.LD-W+RR, .ST: allowed]: the TLBI is CPU 0's own.
 *   unmap-other-dsb-isb [MPInv+shoot+DSB-ISB: allowed]: the TLBI is of another page. unmap-shoot-dmb
 *   [MP.RT.EL1+dsb-tlbiis-dsb+dmb: see docs/litmus-arm64.md]: the TLBI is not complete before a load that used what it
 *   removes (Arm ARM, D8.17.6), and that load comes after the one of y: forbidden, as MP+shoot+DMBLD is.
 * change-*: another page; the outcome is the old page's value. [MP+shoot+DSB-ISB, +DSB, +DMBLD, +addr: forbidden.] The
 *   pages are read-only and differ, which break-before-make forbids; here only the outcome is judged. bbm-dsb-isb
 *   [MP.BBM1+dsb-tlbiis-dsb-dsb+dsb-isb, MP+BBM+DSB-ISB+BIS: forbidden]: with break-before-make. bbm-no-tlbi-dsb-isb
 *   [MPV2I2V-no-bbm: allowed]: without the TLBI in it.
 * reader-*: CPU 0 unmaps, DMB ST, sets y; CPU 1 loads y, DSB, TLBI VAE1IS, DSB ISH, ISB, and loads x. reader-ld-tlbi
 *   [MP+dmb.st+dsb.ld-tlbi-dsb-isb: forbidden], reader-other-tlbi [..-noscope-..: allowed]: another page.
 * Allowed by the architecture and PASS here, because loads and walks are in program order in this model: map-dmb-po,
 *   map-dmb-dmb [MP.RTf.inv+dmb+po, MP.RTf.inv+dmbs], map-shoot-po [MP.RTf.inv.EL1+dsb-tlbiis-dsb+po], change-shoot-po
 *   [MP+shoot+po], reader-st-tlbi [MP+dmb.st+dsb.st-tlbi-dsb-isb: DSB ST orders no load].
 */
#include "published.h"

#define MAP                                                                                                       \
	(VARIANT(map_po_dsb_isb) || VARIANT(map_dmb_dsb_isb) || VARIANT(map_dmb_addr) || VARIANT(map_dmb_po) ||        \
	 VARIANT(map_dmb_dmb) || VARIANT(map_shoot_dsb_isb) || VARIANT(map_shoot_dmb) || VARIANT(map_shoot_po))
#define READER (VARIANT(reader_ld_tlbi) || VARIANT(reader_st_tlbi) || VARIANT(reader_other_tlbi))
#define BBM (VARIANT(bbm_dsb_isb) || VARIANT(bbm_no_tlbi_dsb_isb))
#define CHANGE                                                                                               \
	(VARIANT(change_shoot_dsb_isb) || VARIANT(change_shoot_dsb) || VARIANT(change_shoot_dmb) ||             \
	 VARIANT(change_shoot_addr) || VARIANT(change_shoot_po) || BBM)
#define LOCAL (VARIANT(unmap_local_dsb_isb) || VARIANT(unmap_local_ld_dsb_isb) || VARIANT(unmap_local_st_dsb_isb))
#define DMB_ST \
	(VARIANT(map_dmb_dsb_isb) || VARIANT(map_dmb_addr) || VARIANT(map_dmb_po) || VARIANT(map_dmb_dmb) || READER)

static unsigned long seen;

static void last_access(unsigned long value)
{
	judge(seen == 1, MAP ? value == FAULTED : value == 1);
}

static void after(void)
{
	if (VARIANT(unmap_local_ld_dsb_isb))
		dsb(ld);
	else if (VARIANT(unmap_local_st_dsb_isb))
		dsb(st);
	else
		dsb(ish);
}

static void writer(void)
{
	set_pte(pte, MAP ? frame(1) | USER_PAGE : CHANGE && !BBM ? frame(2) | USER_READONLY : 0);
	if (DMB_ST)
		dmb(st);
	else if (!VARIANT(map_po_dsb_isb))
		dsb(ish);
	if (!DMB_ST && !VARIANT(map_po_dsb_isb) && !VARIANT(unmap_dsb_dsb_isb) && !VARIANT(bbm_no_tlbi_dsb_isb)) {
		if (LOCAL)
			tlbi(VAE1, tlbi_va(VA, ASID));
		else
			tlbi(VAE1IS, tlbi_va(VARIANT(unmap_other_dsb_isb) ? NEXT : VA, ASID));
		after();
	}
	if (BBM) {
		set_pte(pte, frame(2) | USER_READONLY);
		dsb(ish);
	}
	set_flag(1);
}

static void between(void)
{
	if (VARIANT(map_dmb_po) || VARIANT(map_shoot_po) || VARIANT(change_shoot_po) || VARIANT(map_dmb_addr) ||
	    VARIANT(change_shoot_addr))
		return;
	if (VARIANT(map_dmb_dmb) || VARIANT(map_shoot_dmb) || VARIANT(unmap_shoot_dmb) || VARIANT(change_shoot_dmb)) {
		dmb(ld);
		return;
	}
	if (VARIANT(reader_ld_tlbi) || VARIANT(reader_other_tlbi))
		dsb(ld);
	else if (VARIANT(reader_st_tlbi))
		dsb(st);
	else
		dsb(sy);
	if (READER) {
		tlbi(VAE1IS, tlbi_va(VARIANT(reader_other_tlbi) ? NEXT : VA, ASID));
		dsb(ish);
	}
	if (!VARIANT(change_shoot_dsb))
		isb();
}

static void reader(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	seen = flag();
	between();
	last_access(kernel_load(VA));
	stop();
}

SCENARIO
{
	tables_begin();
	*pte = MAP ? 0 : frame(1) | USER_READONLY;
	frame(2);
	sd_cpu_start(1, reader, 0, "P1");
	writer();
	stop();
}
