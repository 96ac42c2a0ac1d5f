/* A compare-and-exchange that fails is a load: it may find the word of an exchange whose store is late.
 *
 * machine: arm64
 * cpus: 2
 * variant: load FAIL assertion
 * variant: cas-relaxed FAIL assertion
 * variant: cas-release FAIL assertion
 * variant: cas-acquire FAIL assertion
 * variant: cas-seq FAIL assertion
 * variant: add0 PASS
 *
 * P0: x is exchanged for 1 with acquire, r0 = y. P1: y = 1, DMB, r1 = x, by a load or by a compare-and-exchange that fails. r0 =
 * r1 = 0? With acquire alone nothing orders the exchange's store before the load behind it, so a load may find 0 (Arm ARM,
 * B2.3, Barrier-ordered-before). What fails writes nothing (C6.2, CAS; a loop of LDXR and STXR does not even try), so it can
 * be no different. add0: it writes, even though the same value, so it stands before or behind the exchange: before it, and P0
 * has begun after the DMB and finds y = 1 (loads are in order here); or behind, and r1 = 1.
 */
#include "tables.h"

static unsigned long x, pad[8], y, pad2[8], r[2];
static unsigned long arrived;
static void other(void *p)
{
	unsigned long e = 5;
	(void)p;
	__atomic_store_n(&y, 1ul, __ATOMIC_RELAXED);
	dmb(ish);
	if (VARIANT(load))
		e = __atomic_load_n(&x, __ATOMIC_RELAXED);
	else if (VARIANT(cas_relaxed))
		__atomic_compare_exchange_n(&x, &e, 6ul, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	else if (VARIANT(cas_release))
		__atomic_compare_exchange_n(&x, &e, 6ul, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
	else if (VARIANT(cas_acquire))
		__atomic_compare_exchange_n(&x, &e, 6ul, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	else if (VARIANT(cas_seq))
		__atomic_compare_exchange_n(&x, &e, 6ul, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	else
		e = __atomic_fetch_or(&x, 0ul, __ATOMIC_RELAXED);
	r[1] = e;
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_cpu_start(1, other, 0, "other");
	__atomic_exchange_n(&x, 1ul, __ATOMIC_ACQUIRE);
	r[0] = __atomic_load_n(&y, __ATOMIC_RELAXED);
	__atomic_fetch_add(&arrived, 1ul, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) != 2)
		cpu_relax();
	sd_cover("end");
	sd_assert(r[0] || r[1]);
	sd_context_finish();
	for (;;)
		wfi();
}
