/* A compare-and-exchange that fails orders no store.
 *
 * machine: arm64
 * cpus: 2
 * variant: sb FAIL assertion
 * variant: sb-failed-cas FAIL assertion
 * variant: sb-failed-casp FAIL assertion
 * variant: sb-failed-casp-upper FAIL assertion
 * variant: mp-failed-cas FAIL assertion
 * variant: sb-dmb PASS
 * variant: mp-signal-fence FAIL assertion
 *
 * Store buffering: x = 1; y is 0 | y = 1; x is 0. Message passing: x = 1; y = 1 | y is 1, x is 0. sb: nothing orders them (Arm
 * ARM, B2.3). *-failed-cas: the exchange between the two fails, so it writes nothing, and there is no release to come behind
 * the store; its acquire orders only what comes behind its load. *-casp: of sixteen bytes; *-upper: only the upper eight differ. sb-dmb: a full barrier. mp-signal-fence: a fence for the
 * compiler alone.
 */
#include "tables.h"

static volatile unsigned long x, y, r[2];
static unsigned long z[16] __attribute__((aligned(16))), arrived;

static void between(unsigned c)
{
	unsigned long e = 5;
	if (VARIANT(sb_failed_cas) || VARIANT(mp_failed_cas))
		__atomic_compare_exchange_n(&z[8 * c], &e, 6ul, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	if (VARIANT(sb_failed_casp) || VARIANT(sb_failed_casp_upper)) {
		unsigned __int128 expected = VARIANT(sb_failed_casp) ? 5 : (unsigned __int128)5 << 64;

		__atomic_compare_exchange_n((unsigned __int128 *)&z[8 * c], &expected, (unsigned __int128)6, 0, __ATOMIC_SEQ_CST,
					    __ATOMIC_RELAXED);
	}
	if (VARIANT(sb_dmb))
		dmb(ish);
	if (VARIANT(mp_signal_fence))
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
}
#define MP (VARIANT(mp_failed_cas) || VARIANT(mp_signal_fence))

static void other(void *p)
{
	(void)p;
	if (MP) {
		r[0] = y;
		r[1] = x;
	} else {
		y = 1;
		between(1);
		r[1] = x;
	}
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_cpu_start(1, other, 0, "other");
	x = 1;
	between(0);
	if (MP)
		y = 1;
	else
		r[0] = y;
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) != 2)
		cpu_relax();
	if (MP)
		sd_assert(!(r[0] && !r[1]));
	else
		sd_assert(r[0] || r[1]);
	sd_context_finish();
	for (;;)
		wfi();
}
