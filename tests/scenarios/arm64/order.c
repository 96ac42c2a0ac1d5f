/* The order in which stores of one CPU reach memory, as another CPU sees it. Loads are in program order.
 *
 * machine: arm64
 * cpus: 2
 * variant: mp              FAIL assertion
 * variant: mp-dmb-st       PASS
 * variant: mp-dmb          PASS
 * variant: mp-dmb-ld       FAIL assertion
 * variant: mp-release      PASS
 * variant: mp-dsb          PASS
 * variant: sb              FAIL assertion
 * variant: sb-dmb          PASS
 * variant: sb-dmb-st       FAIL assertion
 * variant: sb-rcsc         PASS
 * variant: sb-release      FAIL assertion
 * variant: coherence       PASS
 * variant: atomic          PASS
 * variant: mp-sc           PASS --memory sc
 *
 * mp: x = 1; y = 1 | y is 1, x is 0. sb: x = 1; y is 0 | y = 1; x is 0. What each barrier orders is its meaning (Arm ARM,
 * B2.3). sb-rcsc: store-releases and load-acquires are in order; sb-release: a plain load need not wait for a store-release.
 * coherence: x = 1; x = 2 | x is 2, then 1. atomic: x = 1; x += 1 leaves 2.
 */
#include <shootdown/arm64.h>

static unsigned long x, y[8], done[8];

#define LOAD(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define MP \
	(VARIANT(mp) || VARIANT(mp_dmb_st) || VARIANT(mp_dmb) || VARIANT(mp_dmb_ld) || VARIANT(mp_release) || \
	 VARIANT(mp_dsb) || VARIANT(mp_sc))

static unsigned long half(unsigned long *mine, unsigned long *other)
{
	if (VARIANT(sb_rcsc)) {
		__atomic_store_n(mine, 1ul, __ATOMIC_SEQ_CST);
		return __atomic_load_n(other, __ATOMIC_SEQ_CST);
	}
	__atomic_store_n(mine, 1ul, VARIANT(sb_release) ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
	if (VARIANT(sb_dmb))
		dmb(ish);
	if (VARIANT(sb_dmb_st))
		dmb(ishst);
	return LOAD(other);
}

static unsigned long seen[2 * 8];

static void cpu1(void *unused)
{
	(void)unused;
	if (MP) {
		if (LOAD(y) == 1)
			sd_assert(LOAD(&x) == 1);
	} else if (VARIANT(coherence)) {
		unsigned long first = LOAD(&x);

		sd_assert(!(first == 2 && LOAD(&x) == 1));
	} else if (VARIANT(atomic)) {
		LOAD(&x);
	} else {
		seen[8] = half(y, &x);
	}
	__atomic_store_n(done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_cpu_start(1, cpu1, 0, "P1");
	if (MP || VARIANT(coherence) || VARIANT(atomic)) {
		STORE(&x, 1ul);
		if (VARIANT(coherence))
			STORE(&x, 2ul);
		if (VARIANT(atomic))
			__atomic_fetch_add(&x, 1ul, __ATOMIC_RELAXED);
		if (VARIANT(mp_dmb_st))
			dmb(ishst);
		if (VARIANT(mp_dmb))
			dmb(ish);
		if (VARIANT(mp_dmb_ld))
			dmb(ishld);
		if (VARIANT(mp_dsb))
			dsb(ishst);
		if (VARIANT(mp_release))
			__atomic_store_n(y, 1ul, __ATOMIC_RELEASE);
		else if (MP)
			STORE(y, 1ul);
	} else {
		seen[0] = half(&x, y);
	}
	while (!__atomic_load_n(done, __ATOMIC_ACQUIRE))
		cpu_relax();
	if (VARIANT(atomic)) {
		dsb(ish);
		sd_assert(LOAD(&x) == 2);
	} else if (!MP && !VARIANT(coherence)) {
		sd_assert(seen[0] == 1 || seen[8] == 1);
	}
	sd_context_finish();
	for (;;)
		wfi();
}
