/* The two accesses of an atomic read-modify-write, as other CPUs see them.
 *
 * machine: arm64
 * cpus: 2
 * variant: counted       PASS
 * variant: seq-counted   PASS
 * variant: seq-counted   FAIL assertion  --leave-out lock@atomic.c:60
 * variant: seq-counted   FAIL assertion  --leave-out lock@atomic.c:60 --memory sc
 * variant: not-atomic    FAIL assertion
 * variant: store-between PASS
 * variant: store-before  PASS
 * variant: mp            FAIL assertion
 * variant: mp-acquire    FAIL assertion
 * variant: mp-acq-rel    PASS
 * variant: mp-dmb        PASS
 * variant: mp-release    PASS
 * variant: lock          PASS
 * variant: lock-relaxed  FAIL assertion
 * variant: sb            FAIL assertion
 * variant: sb-seq-cst    PASS
 * variant: sb-dmb        PASS
 * variant: sb-swpal      PASS
 * variant: sb-swpal-xzr   FAIL assertion
 * variant: sb-ldaddal     PASS
 * variant: sb-ldaddal-xzr FAIL assertion
 *
 * counted: both CPUs add one to x, which leaves 2; seq-counted: the same, and without what makes it indivisible
 * (docs/necessary.md, "lock") the other CPU comes between load and store; not-atomic: with a load and a store, which
 * need not. store-between: x is exchanged for 1 while the other CPU stores 5: if 1 is left, the 5 came before, so it
 * has been read. store-before: the same with an older store of its own, 7, to x: what is read is 7 or 5, never 0. mp: x
 * is exchanged, then y = 1 | y is 1, x is 0: nothing orders the exchange's store before another (Arm ARM, B2.3); a
 * barrier does, and a store-release. mp-acquire: the exchange acquires, as a lock's: what follows is ordered after its
 * load, not its store (Arm ARM, B2.3, Barrier-ordered-before: an Acquire Effect is a read). mp-acq-rel: both, which is
 * a barrier. lock: two CPUs add one under a lock that an exchange with acquire takes and a store-release gives back,
 * which leaves 2; lock-relaxed: a plain store gives it back, and may be seen before the sum is. sb: x is exchanged, y
 * is 0 | y is exchanged, x is 0: the store may be late. sb-dmb: a barrier; sb-seq-cst, sb-swpal: one instruction that
 * acquires and releases is one (clang makes SWPAL of the former, too, for Armv8.1). sb-swpal-xzr, sb-ldaddal-xzr: what
 * is loaded to the zero register is not loaded with acquire (C6.2), so nothing orders the load behind.
 */
#include <shootdown/arm64.h>

static unsigned long x, y[8], done[8], seen[2 * 8];

#define LOAD(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define COUNTS (VARIANT(counted) || VARIANT(seq_counted))
#define LOCK (VARIANT(lock) || VARIANT(lock_relaxed))
#define MP (VARIANT(mp) || VARIANT(mp_acquire) || VARIANT(mp_acq_rel) || VARIANT(mp_dmb) || VARIANT(mp_release))

static void add_one(void)
{
	if (LOCK) {
		while (__atomic_exchange_n(y, 1ul, __ATOMIC_ACQUIRE))
			cpu_relax();
		STORE(&x, LOAD(&x) + 1);
		__atomic_store_n(y, 0ul, VARIANT(lock) ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
		return;
	}
	if (COUNTS)
		__atomic_fetch_add(&x, 1ul, VARIANT(counted) ? __ATOMIC_RELAXED : __ATOMIC_SEQ_CST);
	else
		STORE(&x, LOAD(&x) + 1);
}

static unsigned long half(unsigned long *mine, unsigned long *other)
{
	unsigned long old;

	if (VARIANT(sb_swpal))
		asm volatile("swpal %2, %0, %1" : "=r"(old), "+Q"(*mine) : "r"(1ul) : "memory");
	else if (VARIANT(sb_ldaddal))
		asm volatile("ldaddal %2, %0, %1" : "=r"(old), "+Q"(*mine) : "r"(1ul) : "memory");
	else if (VARIANT(sb_swpal_xzr))
		asm volatile("swpal %1, xzr, %0" : "+Q"(*mine) : "r"(1ul) : "memory");
	else if (VARIANT(sb_ldaddal_xzr))
		asm volatile("ldaddal %1, xzr, %0" : "+Q"(*mine) : "r"(1ul) : "memory");
	else if (VARIANT(sb_seq_cst))
		__atomic_exchange_n(mine, 1ul, __ATOMIC_SEQ_CST);
	else
		__atomic_exchange_n(mine, 1ul, __ATOMIC_RELAXED);
	if (VARIANT(sb_dmb))
		dmb(ish);
	return LOAD(other);
}

static void cpu1(void *unused)
{
	(void)unused;
	if (COUNTS || VARIANT(not_atomic) || LOCK)
		add_one();
	else if (VARIANT(store_between) || VARIANT(store_before))
		STORE(&x, 5ul);
	else if (!MP)
		seen[8] = half(y, &x);
	else if (LOAD(y) == 1)
		sd_assert(LOAD(&x) == 1);
	__atomic_store_n(done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	unsigned long read = 0;

	sd_cpu_start(1, cpu1, 0, "P1");
	if (COUNTS || VARIANT(not_atomic) || LOCK) {
		add_one();
	} else if (VARIANT(store_between) || VARIANT(store_before)) {
		if (VARIANT(store_before))
			STORE(&x, 7ul);
		read = __atomic_exchange_n(&x, 1ul, __ATOMIC_RELAXED);
		sd_assert(read != 0 || VARIANT(store_between));
	} else if (MP) {
		if (VARIANT(mp_acquire))
			__atomic_exchange_n(&x, 1ul, __ATOMIC_ACQUIRE);
		else if (VARIANT(mp_acq_rel))
			__atomic_exchange_n(&x, 1ul, __ATOMIC_ACQ_REL);
		else
			__atomic_exchange_n(&x, 1ul, __ATOMIC_RELAXED);
		if (VARIANT(mp_dmb))
			dmb(ishst);
		__atomic_store_n(y, 1ul, VARIANT(mp_release) ? __ATOMIC_RELEASE : __ATOMIC_RELAXED);
	} else {
		seen[0] = half(&x, y);
	}
	while (!__atomic_load_n(done, __ATOMIC_ACQUIRE))
		cpu_relax();
	dsb(ish);
	if (COUNTS || VARIANT(not_atomic) || LOCK)
		sd_assert(LOAD(&x) == 2);
	else if (VARIANT(store_between))
		sd_assert(LOAD(&x) == 5 || read == 5);
	else if (!MP && !VARIANT(store_before))
		sd_assert(seen[0] == 1 || seen[8] == 1);
	sd_cover("the end");
	sd_context_finish();
	for (;;)
		wfi();
}
