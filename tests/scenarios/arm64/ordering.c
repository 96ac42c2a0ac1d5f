/* Stores that may reach memory in any order, and what orders them: the classical shapes, two CPUs.
 *
 * machine: arm64
 * cpus: 2
 * variant: mp              PASS
 * variant: mp-dmb          FAIL assertion
 * variant: mp-dmb-ish      PASS
 * variant: mp-dmb-ishst    PASS
 * variant: mp-dmb-ishld    PASS
 * variant: mp-dmb-nsh      PASS
 * variant: mp-dsb-ish      PASS
 * variant: mp-dsb-ishst    PASS
 * variant: mp-release      PASS
 * variant: mp-atomic       PASS
 * variant: mp-atomic-rel   PASS
 * variant: sb              PASS
 * variant: sb-dmb-ish      PASS
 * variant: sb-dmb-ishst    PASS
 * variant: sb-release      PASS
 * variant: sb-rel-acq      PASS
 * variant: ww              PASS
 * variant: ww-dmb-ishst    PASS
 * variant: same-address    PASS
 * variant: same-atomic     PASS
 * variant: ww-sc           PASS --memory sc
 *
 * mp: data, then a flag; the reader, whose loads are in order, sees the flag and old data. sb: each stores one word and
 * loads the other; both see nothing. ww: x = 1, y = 2 against y = 1, x = 2; x = 1 and y = 1 remain, so both second stores
 * came first. same-address: x = 1, x = 2; the reader sees 2, then 1. same-atomic: x = 1, then a relaxed increment of x; it
 * sees 2, then 1, or 1 remains. What is called relaxed is that outcome.
 *
 * Where it is allowed it is a cover point, so that a PASS has seen it: mp, ww: stores to different addresses. mp-dmb-ishld,
 * mp-dmb-nsh, mp-atomic (a relaxed read-modify-write orders nothing but its own address): no order between the two that
 * the other CPU could see. sb: a store and a later load. sb-dmb-ishst: orders no load. sb-release: a plain load does not
 * wait for the store-release.
 * Where it is forbidden an assertion says so: full and ST barriers between two stores, a store-release after the data, a
 * read-modify-write with release; a full DMB, or a load-acquire after a store-release, in sb; the same address always.
 * mp-dmb claims that plain mp forbids it: so the assertions can fail. ww-sc: no store waits.
 * (Arm ARM, B2.3; the litmus tests MP, SB, 2+2W, CoRR. Loads are in program order in this model, so that
 * what is allowed here is allowed by the architecture, and not the other way round.)
 */
#include "tables.h"

#define MP                                                                                                  \
	(VARIANT(mp) || VARIANT(mp_dmb) || VARIANT(mp_dmb_ish) || VARIANT(mp_dmb_ishst) || VARIANT(mp_dmb_ishld) || \
	 VARIANT(mp_dmb_nsh) || VARIANT(mp_dsb_ish) || VARIANT(mp_dsb_ishst) || VARIANT(mp_release) ||             \
	 VARIANT(mp_atomic) || VARIANT(mp_atomic_rel))
#define SB (VARIANT(sb) || VARIANT(sb_dmb_ish) || VARIANT(sb_dmb_ishst) || VARIANT(sb_release) || VARIANT(sb_rel_acq))
#define WW (VARIANT(ww) || VARIANT(ww_dmb_ishst) || VARIANT(ww_sc))
#define ALLOWED                                                                                       \
	(VARIANT(mp) || VARIANT(mp_dmb_ishld) || VARIANT(mp_dmb_nsh) || VARIANT(mp_atomic) || VARIANT(sb) || \
	 VARIANT(sb_dmb_ishst) || VARIANT(sb_release) || VARIANT(ww))

static volatile unsigned long x, y, r[2];
static unsigned long arrived;

static void between(void)
{
	if (VARIANT(mp_dmb_ish) || VARIANT(sb_dmb_ish))
		dmb(ish);
	if (VARIANT(mp_dmb_ishst) || VARIANT(sb_dmb_ishst) || VARIANT(ww_dmb_ishst))
		dmb(ishst);
	if (VARIANT(mp_dmb_ishld))
		dmb(ishld);
	if (VARIANT(mp_dmb_nsh))
		dmb(nsh);
	if (VARIANT(mp_dsb_ish))
		dsb(ish);
	if (VARIANT(mp_dsb_ishst))
		dsb(ishst);
}

static void sb_part(unsigned cpu, volatile unsigned long *mine, volatile unsigned long *other)
{
	if (VARIANT(sb_release) || VARIANT(sb_rel_acq))
		__atomic_store_n(mine, 1ul, __ATOMIC_RELEASE);
	else
		*mine = 1;
	between();
	r[cpu] = VARIANT(sb_rel_acq) ? __atomic_load_n(other, __ATOMIC_ACQUIRE) : *other;
}

static void finish(void)
{
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
}

static void second(void *unused)
{
	(void)unused;
	if (SB) {
		sb_part(1, &y, &x);
	} else if (WW) {
		y = 1;
		between();
		x = 2;
	} else {
		r[0] = MP ? y : x;
		r[1] = x;
	}
	finish();
	sd_context_finish();
	for (;;)
		wfi();
}

static void first(void)
{
	if (SB) {
		sb_part(0, &x, &y);
	} else if (WW) {
		x = 1;
		between();
		y = 2;
	} else if (MP) {
		x = 1;
		between();
		if (VARIANT(mp_release))
			__atomic_store_n(&y, 1ul, __ATOMIC_RELEASE);
		else if (VARIANT(mp_atomic))
			__atomic_fetch_add(&y, 1ul, __ATOMIC_RELAXED);
		else if (VARIANT(mp_atomic_rel))
			__atomic_fetch_add(&y, 1ul, __ATOMIC_RELEASE);
		else
			y = 1;
	} else {
		x = 1;
		if (VARIANT(same_atomic))
			__atomic_fetch_add(&x, 1ul, __ATOMIC_RELAXED);
		else
			x = 2;
	}
}

SCENARIO
{
	int relaxed;

	sd_cpu_start(1, second, 0, "second");
	first();
	finish();
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) != 2)
		cpu_relax();
	if (SB)
		relaxed = r[0] == 0 && r[1] == 0;
	else if (WW)
		relaxed = x == 1 && y == 1;
	else if (MP)
		relaxed = r[0] == 1 && r[1] == 0;
	else
		relaxed = (r[0] == 2 && r[1] == 1) || x != 2;
	if (!relaxed)
		sd_cover("an outcome of in-order execution");
#if ALLOWED
	if (relaxed)
		sd_cover("the relaxed outcome");
#endif
	sd_assert(ALLOWED || !relaxed);
}
