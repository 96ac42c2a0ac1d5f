/* Published litmus tests of three and four CPUs: one changes an entry, a second one learns of it and says so, a third
 * one then uses the entry.
 *
 * machine: arm64
 * cpus: 3
 * options: --property assertion
 * variant: use-pos             PASS
 * variant: use-dmbs            PASS
 * variant: use-dsb-isb         PASS
 * variant: read-pos            PASS
 * variant: read-dmbs           PASS
 * variant: read-dsb-isb        PASS
 * variant: unmap-dsb-isb       FAIL assertion
 * variant: unmap-shoot         PASS
 * variant: unmap-local         FAIL assertion
 * variant: change-shoot        PASS
 * variant: four-shoot          PASS            --cpus 4
 * variant: four-local          FAIL assertion  --cpus 4
 * variant: shootdown-by-hand   PASS            --cpus 2
 *
 * FAIL: the outcome is reachable (allowed); PASS: it is not. Names in brackets are those of the tests. CPU 0 stores to
 * the entry of x. CPU 1 sees that, and sets y; CPU 2 loads y, and then x, which is still as it was.
 *
 * use-*: invalid becomes valid; CPU 1 sees it by a load of x that does not fault. use-dsb-isb
 *   [WRC.TRTf.inv+dsb+dsb-isb: forbidden]. read-*: CPU 1 sees it by a load of the entry. read-dsb-isb [as
 *   WRC.RRTf.inv+addrs: forbidden]: what CPU 1 has read all CPUs' walks find.
 * unmap-*: valid becomes invalid. unmap-dsb-isb [WRC+DSB-ISB+DSB-ISB: allowed]: no TLBI. unmap-shoot: CPU 1 invalidates
 *   with TLBI VAE1IS between DSBs; change-shoot [WRC+shoot+DSB-ISB: forbidden], where the entry gets another page.
 *   unmap-local: TLBI VAE1 is of CPU 1 alone.
 * four-shoot [MP.RT.EL1+dsb+dsb-tlbiis-dsb+dsb+dsb-isb: forbidden], four-local [..+dsb-tlbi-dsb+..: allowed]: CPU 0
 *   unmaps x and tells CPU 1, which invalidates and tells CPU 2, which tells CPU 3, which uses x.
 * shootdown-by-hand [MP.RT.EL1+dsb-shootdown-dsb+dsb-isb: forbidden]: CPU 1 invalidates for itself when CPU 0 asks, and
 *   says so.
 * Allowed by the architecture and PASS here, because loads and walks are in program order in this model: use-pos,
 *   use-dmbs [WRC.TRTf.inv+pos, +dmbs], read-pos, read-dmbs [WRC.RRTf.inv+pos, +dmbs]: without ISB CPU 2 may have
 *   walked before it loads y.
 * CPU 1 sets y only where it has seen the change. That is the outcome in question, and no store is promised in this
 * model.
 */
#include "published.h"

#define USE (VARIANT(use_pos) || VARIANT(use_dmbs) || VARIANT(use_dsb_isb))
#define READ (VARIANT(read_pos) || VARIANT(read_dmbs) || VARIANT(read_dsb_isb))
#define FOUR (VARIANT(four_shoot) || VARIANT(four_local))
#define MAP (USE || READ)
#define SHOOT (VARIANT(unmap_shoot) || VARIANT(change_shoot) || VARIANT(four_shoot))
#define LOCAL (VARIANT(unmap_local) || VARIANT(four_local) || VARIANT(shootdown_by_hand))
#define READONLY(page) ((page) | USER_READONLY)

static unsigned long seen, told[2];

static void last_access(unsigned long value)
{
	if (USE && sd_cpu_id() == 1)
		return;
	judge(seen, MAP ? value == FAULTED : value == 1);
}

static void order(void)
{
	if (VARIANT(use_pos) || VARIANT(read_pos))
		return;
	if (VARIANT(use_dmbs) || VARIANT(read_dmbs)) {
		dmb(sy);
		return;
	}
	dsb(sy);
}

static void invalidate(void)
{
	if (SHOOT)
		tlbi(VAE1IS, tlbi_va(VA, ASID));
	else if (LOCAL)
		tlbi(VAE1, tlbi_va(VA, ASID));
	else
		return;
	dsb(sy);
}

static int told_of_change(void)
{
	if (FOUR)
		return __atomic_load_n(&told[0], __ATOMIC_RELAXED) == 1;
	if (USE)
		return kernel_load(VA) != FAULTED;
	return *(volatile pte_t *)pte != (MAP ? 0 : READONLY((unsigned long)frames[1]));
}

static void second(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	if (VARIANT(shootdown_by_hand)) {
		if (__atomic_load_n(&told[0], __ATOMIC_RELAXED) == 1) {
			dsb(sy);
			invalidate();
			__atomic_store_n(&told[1], 1ul, __ATOMIC_RELAXED);
		}
		seen = flag();
		dsb(sy);
		isb();
		last_access(kernel_load(VA));
	} else if (told_of_change()) {
		order();
		invalidate();
		set_flag(1);
	}
	stop();
}

static void last(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	seen = FOUR ? __atomic_load_n(&told[1], __ATOMIC_RELAXED) : flag();
	order();
	if (!VARIANT(use_pos) && !VARIANT(read_pos) && !VARIANT(use_dmbs) && !VARIANT(read_dmbs))
		isb();
	last_access(kernel_load(VA));
	stop();
}

static void messenger(void *unused)
{
	(void)unused;
	if (flag() == 1) {
		dsb(sy);
		__atomic_store_n(&told[1], 1ul, __ATOMIC_RELAXED);
	}
	stop();
}

SCENARIO
{
	tables_begin();
	*pte = MAP ? 0 : READONLY(frame(1));
	frame(1);
	frame(2);
	sd_cpu_start(1, second, 0, "P1");
	if (FOUR)
		sd_cpu_start(2, messenger, 0, "P2");
	if (!VARIANT(shootdown_by_hand))
		sd_cpu_start(FOUR ? 3 : 2, last, 0, "the user");
	if (MAP)
		set_pte(pte, READONLY((unsigned long)frames[1]));
	else
		set_pte(pte, VARIANT(change_shoot) ? READONLY((unsigned long)frames[2]) : 0);
	if (FOUR || VARIANT(shootdown_by_hand)) {
		dsb(sy);
		__atomic_store_n(&told[0], 1ul, __ATOMIC_RELAXED);
	}
	if (VARIANT(shootdown_by_hand) && __atomic_load_n(&told[1], __ATOMIC_RELAXED) == 1) {
		dsb(sy);
		set_flag(1);
	}
	stop();
}
