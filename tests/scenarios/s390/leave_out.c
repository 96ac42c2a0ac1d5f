/* An interlocked update without what makes it indivisible (docs/necessary.md, "lock").
 *
 * machine: s390x
 * cpus: 2
 * variant: whole  PASS
 * variant: whole  PASS            --memory sc
 * variant: split  FAIL assertion  --leave-out lock@leave_out.c:21
 * variant: split  FAIL assertion  --leave-out lock@leave_out.c:21 --memory sc
 *
 * Two CPUs add one each to a word that was 0. Indivisible, that leaves 2 (PoP, chapter 5, "Interlocked Update"); as a load and
 * a store each, both may load 0.
 */
#include <shootdown/s390.h>

static unsigned long word;
static unsigned long done;

static void add_one(void)
{
	/* the line that is named above */
	__atomic_fetch_add(&word, 1ul, __ATOMIC_SEQ_CST);
}

static void second(void *unused)
{
	(void)unused;
	add_one();
	__atomic_store_n(&done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		;
}

SCENARIO
{
	sd_cpu_start(1, second, 0, "second");
	add_one();
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		;
	sd_cover("both");
	sd_assert(word == 2);
}
