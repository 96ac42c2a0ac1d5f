/* A 16 byte exchange: its halves become visible at once.
 *
 * machine: arm64
 * cpus: 2
 * variant: hi-lo-acquire PASS
 * variant: hi-lo-relaxed PASS
 * variant: hi-lo-acqrel PASS
 * variant: hi-lo-seq PASS
 *
 * It is single-copy atomic (Arm ARM, B2.2.1, CASP), whatever it orders. The other CPU reads the upper half first, with acquire.
 */
#include "tables.h"
typedef unsigned __int128 u128;
static union { u128 w; unsigned long h[2]; } x __attribute__((aligned(16)));
static unsigned long arrived, r[2];
static void other(void *p)
{
	(void)p;
	r[1] = __atomic_load_n(&x.h[1], __ATOMIC_ACQUIRE);
	r[0] = __atomic_load_n(&x.h[0], __ATOMIC_RELAXED);
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	u128 e = 0, n = ((u128)2 << 64) | 1;
	sd_cpu_start(1, other, 0, "other");
	if (VARIANT(hi_lo_acquire))
		__atomic_compare_exchange_n(&x.w, &e, n, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	else if (VARIANT(hi_lo_relaxed))
		__atomic_compare_exchange_n(&x.w, &e, n, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	else if (VARIANT(hi_lo_acqrel))
		__atomic_compare_exchange_n(&x.w, &e, n, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	else
		__atomic_compare_exchange_n(&x.w, &e, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) != 2)
		cpu_relax();
	sd_cover("end");
	sd_assert(!r[1] || r[0]);
	sd_context_finish();
	for (;;)
		wfi();
}
