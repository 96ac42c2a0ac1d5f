/* Published litmus tests in which one CPU changes an entry while another one uses it: is the published outcome
 * reachable?
 *
 * machine: arm64
 * cpus: 2
 * options: --property assertion
 * variant: bbm-old              FAIL assertion
 * variant: bbm-fault            FAIL assertion
 * variant: rbs                  PASS
 * variant: table-po             FAIL assertion
 * variant: table-dmbst          PASS
 * variant: table-dsb            PASS
 * variant: entry-dsb-isb        FAIL assertion
 * variant: entry-tlbi-isb       PASS
 * variant: entry-tlbi           FAIL assertion
 * variant: entry-tlbi           PASS            --cpu-features ets2
 * variant: entry-ld-tlbi-isb    PASS
 * variant: entry-st-tlbi-isb    PASS
 * variant: entry-map-dsb-isb    PASS
 * variant: entry-map-dsb        PASS
 * variant: use-entry-dsb        PASS
 * variant: use-entry-po         PASS
 * variant: use-fault-dsb-isb    PASS
 * variant: use-fault-po         PASS
 * variant: two-dsb-isb          PASS
 * variant: two-dsb              PASS
 * variant: two-po               PASS
 * variant: two-unordered        FAIL assertion
 * variant: fault-use-dsb-isb    FAIL assertion
 * variant: fault-use-po         FAIL assertion
 * variant: fault-entry          PASS
 * variant: new-old-bbm          PASS
 * variant: new-old-no-bbm       FAIL assertion
 * variant: new-old-other        FAIL assertion
 * variant: sb                   PASS
 * variant: lb                   PASS
 *
 * FAIL: the outcome is reachable (allowed); PASS: it is not. Names in brackets are those of the tests. CPU 0 changes
 * the entry of x, CPU 1 uses x.
 *
 * bbm-old, bbm-fault [BBM+dsb-tlbiis-dsb, BBM.Tf+dsb-tlbiis-dsb: allowed]: break-before-make runs while CPU 1 loads: it
 *   finds the old page, or none. rbs [RBS+dsb-tlbiis-dsb: forbidden]: CPU 0 unmaps x, shoots it down, then stores to
 *   the page: CPU 1 cannot read that through x.
 * table-* [ROT.inv+po: allowed; +dmbst, +dsb: forbidden]: CPU 0 fills a new table, then links it. The outcome is a
 *   fault of the last level: the table is seen, and not what is in it.
 * entry-*: CPU 1 loads the entry itself, then x. entry-dsb-isb [CoRpteT+dsb-isb: allowed]: the entry is invalid by now,
 *   and x is cached. entry-tlbi-isb [CoRpteT.EL1+dsb-tlbi-dsb-isb, V2I-R-DSB.LD-...: forbidden], entry-ld-tlbi-isb:
 *   with a TLBI of its own between. entry-tlbi [coRRExpNExp+DSB-TLBI-DSB: allowed, with FEAT_ETS2 forbidden]: without
 *   ISB (but CoRpteT.EL1+dsb-tlbi-dsb: forbidden; see docs/litmus-arm64.md). entry-map-dsb-isb [CoRpteTf.inv+dsb-isb:
 *   forbidden]: the entry is valid by now, and x faults.
 * use-entry-dsb [CoTRpte.inv+dsb: forbidden]: x is mapped, and the entry read afterwards is invalid. use-fault-dsb-isb
 *   [CoTTf.inv+dsb-isb: forbidden]: x is mapped, and then faults. fault-use-* [CoTfT+po, CoTfT+dsb-isb: allowed]: x
 *   faults, and is then mapped: it was cached. fault-entry [CoTfRpte+po: forbidden]: x faults, and the entry read
 *   afterwards is valid.
 * two-dsb-isb [MP.TTf.inv+dsb+dsb-isb: forbidden]: CPU 0 maps x, DSB, maps the next page; CPU 1 uses the next page,
 *   DSB, ISB, and x faults. two-unordered: no DSB at CPU 0, so that its stores are in no order.
 * new-old-* [coRR-pte9: forbidden; coRR-pte9-nobbm, -noscope: allowed]: CPU 1 finds the new page, then the old one:
 *   after break-before-make, without, and with a TLBI of another page in it.
 * sb [D15347-SB-DSB+DSB-ISB: forbidden]: CPU 0 maps x, DSB, y is 0; CPU 1 sets y, DSB, ISB, x faults.
 * lb [LB.TT.inv+pos: forbidden]: each CPU uses a page, then maps the other's: both uses succeed.
 * Allowed by the architecture and PASS here, because loads and walks are in program order in this model: entry-map-dsb
 *   [CoRpteTf.inv+dsb], use-entry-po [CoTRpte.inv+po], use-fault-po [CoTTf.inv+po], two-dsb, two-po [MP.TTf.inv+dsbs,
 *   +dsb+po], entry-st-tlbi-isb [V2I-R-DSB.ST-TLBI-DSB.ISH-ISB-R+W: DSB ST orders no load].
 */
#include "published.h"

#define BBM (VARIANT(bbm_old) || VARIANT(bbm_fault) || VARIANT(new_old_bbm) || VARIANT(new_old_other))
#define TABLE (VARIANT(table_po) || VARIANT(table_dmbst) || VARIANT(table_dsb))
#define ENTRY_TLBI \
	(VARIANT(entry_tlbi_isb) || VARIANT(entry_tlbi) || VARIANT(entry_ld_tlbi_isb) || VARIANT(entry_st_tlbi_isb))
#define ENTRY_MAP (VARIANT(entry_map_dsb_isb) || VARIANT(entry_map_dsb))
#define ENTRY (ENTRY_TLBI || ENTRY_MAP || VARIANT(entry_dsb_isb))
#define USE_ENTRY (VARIANT(use_entry_dsb) || VARIANT(use_entry_po))
#define USE_FAULT (VARIANT(use_fault_dsb_isb) || VARIANT(use_fault_po))
#define TWO (VARIANT(two_dsb_isb) || VARIANT(two_dsb) || VARIANT(two_po) || VARIANT(two_unordered))
#define FAULT_USE (VARIANT(fault_use_dsb_isb) || VARIANT(fault_use_po))
#define NEW_OLD (VARIANT(new_old_bbm) || VARIANT(new_old_no_bbm) || VARIANT(new_old_other))
#define MAP (TABLE || ENTRY_MAP || USE_ENTRY || USE_FAULT || TWO || VARIANT(sb))
#define VALID (PTE_VALID | PTE_TYPE_TABLE)

static pte_t *upper, *other_pte, old_table;
static unsigned long first, uses, result[2], done;

static unsigned long load_entry(void)
{
	return *(volatile pte_t *)pte;
}

/* sb, lb: VALUE is this CPU's result; CPU 0 waits for the other's and judges both. */
static void finish(unsigned long value)
{
	result[sd_cpu_id()] = value;
	__atomic_fetch_add(&done, 1ul, __ATOMIC_SEQ_CST);
	if (sd_cpu_id() != 0)
		return;
	while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) != 2)
		cpu_relax();
	if (VARIANT(sb))
		judge(result[0] == 0, result[1] == FAULTED);
	else
		judge(result[0] == 1, result[1] == 1);
}

static void second_access(unsigned long value)
{
	if (ENTRY_MAP)
		judge((first & VALID) == VALID, value == FAULTED);
	else if (ENTRY)
		judge(!(first & PTE_VALID), value != FAULTED);
	else if (USE_FAULT || TWO)
		judge(first != FAULTED, value == FAULTED);
	else if (FAULT_USE)
		judge(first == FAULTED, value != FAULTED);
	else
		judge(first == 2, value == 1);
}

static void use_again(void)
{
	if (VARIANT(use_fault_dsb_isb) || VARIANT(fault_use_dsb_isb) || (TWO && !VARIANT(two_po)))
		dsb(sy);
	if (VARIANT(use_fault_dsb_isb) || VARIANT(fault_use_dsb_isb) || VARIANT(two_dsb_isb) || VARIANT(two_unordered))
		isb();
	second_access(kernel_load(VA));
}

static void last_access(unsigned long value)
{
	if (VARIANT(sb)) {
		finish(value);
	} else if (VARIANT(lb)) {
		set_pte(sd_cpu_id() == 0 ? other_pte : pte, frame(1) | USER_PAGE);
		finish(value);
	} else if (ENTRY || uses) {
		second_access(value);
	} else if (USE_ENTRY) {
		if (VARIANT(use_entry_dsb))
			dsb(sy);
		judge(value != FAULTED, !(load_entry() & PTE_VALID));
	} else if (VARIANT(fault_entry)) {
		judge(value == FAULTED, load_entry() & PTE_VALID);
	} else if (USE_FAULT || FAULT_USE || NEW_OLD || (TWO && value != FAULTED)) {
		first = value;
		uses = 1;
		use_again();
	} else if (TWO) {
		stop(); /* the next page is not there yet */
	} else if (VARIANT(bbm_old)) {
		judge(1, value == 1);
	} else if (VARIANT(rbs)) {
		judge(1, value == 2);
	} else {
		judge(1, value == FAULTED && (!TABLE || fault_status == (ESR_FSC_TRANSLATION | 3)));
	}
}

static void cpu1(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	if (VARIANT(sb)) {
		set_flag(2);
		dsb(ish);
		isb();
	}
	if (ENTRY) {
		first = load_entry();
		if (VARIANT(entry_ld_tlbi_isb))
			dsb(ld);
		else if (VARIANT(entry_st_tlbi_isb))
			dsb(st);
		else
			dsb(ish);
		if (ENTRY_TLBI) {
			tlbi(VAE1, tlbi_va(VA, ASID));
			dsb(ish);
		}
		if (!VARIANT(entry_tlbi) && !VARIANT(entry_map_dsb))
			isb();
	}
	last_access(kernel_load(VARIANT(lb) || TWO ? NEXT : VA));
	stop();
}

static void shootdown(void)
{
	dsb(ish);
	tlbi(VAE1IS, tlbi_va(VARIANT(new_old_other) ? NEXT : VA, ASID));
	dsb(ish);
}

static void cpu0(void)
{
	if (TABLE) {
		set_pte(pte, frame(1) | USER_PAGE);
		if (VARIANT(table_dmbst))
			dmb(st);
		if (VARIANT(table_dsb))
			dsb(sy);
		set_pte(upper, old_table);
	} else if (BBM) {
		set_pte(pte, 0);
		shootdown();
		set_pte(pte, frame(2) | USER_READONLY);
	} else if (VARIANT(new_old_no_bbm)) {
		set_pte(pte, frame(2) | USER_READONLY);
		shootdown();
	} else {
		set_pte(pte, MAP ? frame(1) | USER_PAGE : 0);
	}
	if (TWO) {
		if (!VARIANT(two_unordered))
			dsb(ish);
		set_pte(other_pte, frame(1) | USER_PAGE);
	}
	if (VARIANT(rbs)) {
		shootdown();
		*(volatile unsigned long *)frames[1] = 2;
	}
}

SCENARIO
{
	tables_begin();
	if (!MAP && !VARIANT(lb))
		*pte = frame(1) | USER_READONLY;
	frame(1);
	frame(2);
	other_pte = entry(root, 1, NEXT);
	if (TABLE) {
		upper = entry(root, 2, VA);
		old_table = *upper;
		*upper = 0;
	}
	sd_cpu_start(1, cpu1, 0, "P1");
	if (VARIANT(lb)) {
		translation_on(root, ASID);
		last_access(kernel_load(VA));
		stop();
	}
	cpu0();
	if (VARIANT(sb)) {
		dsb(ish);
		finish(flag());
	}
	stop();
}
