// Store buffers: what the CPU itself sees of a store that waits, what its page walks see, and what an IPI overtakes.
//
// machine: x86-64, i386
// cpus: 2
// variant: own           PASS
// variant: walk-misses   FAIL architectural-fault #PF
// variant: walk-fenced   PASS
// variant: walk-misses   PASS                          --memory sc
// variant: walk-reads    FAIL assertion
// variant: walk-drained  PASS
// variant: ipi           FAIL assertion
// variant: ipi           PASS                          --memory sc
// variant: ipi-fenced    PASS
//
// own: a load gives what its CPU stored last, whether or not that has reached memory.
// walk-misses: the entry is stored and waits; the walk of the next access may read memory and find nothing. walk-fenced:
//   after MFENCE it is in memory. With --memory sc nothing waits.
// walk-reads: the walk may also read the store where it waits. CPU 0 accesses the page through its new entry and then sees
//   y = 0; CPU 1 sets y first, waits until that is in memory, and then still reads the old entry: so the new one was not
//   in memory when the walk saw it. walk-drained: with MFENCE behind the store this cannot be.
// ipi: an IPI waits for no store, so CPU 1's handler may find x = 0. ipi-fenced: not with MFENCE before it is sent.
#include "tables.h"

#define VECTOR 0xf0u
#define WALK_ORDER (VARIANT(walk_reads) || VARIANT(walk_drained))

static volatile unsigned long x, y, seen_by_1;
static volatile pte_t *pte;
static pte_t *root;
static unsigned long ready, done;

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_assert(x == 1);
}

static void cpu1(void *unused)
{
	(void)unused;
	if (VARIANT(ipi) || VARIANT(ipi_fenced)) {
		__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
		sti_hlt();
		cli();
	} else if (WALK_ORDER) {
		y = 1;
		mfence();
		seen_by_1 = *pte;
		__atomic_store_n(&done, 1ul, __ATOMIC_RELEASE);
	} else {
		seen_by_1 = x;
	}
	sd_context_finish();
	for (;;)
		hlt();
}

static void walk_order(void)
{
	unsigned long value, first;

	*pte = (unsigned long)frames[2] | USER_PAGE;
	if (VARIANT(walk_drained))
		mfence();
	value = user_load(VA);
	first = y;
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		pause();
	sd_assert(!(value == 2 && first == 0 && seen_by_1 == ((unsigned long)frames[1] | USER_PAGE)));
}

SCENARIO
{
	root = new_table();
	pte = entry(root, 1, VA);
	frame(1);
	frame(2);
	if (WALK_ORDER)
		*pte = (unsigned long)frames[1] | USER_PAGE;
	paging_on(root);
	sd_set_vector(VECTOR, handler);
	sd_cpu_start(1, cpu1, 0, "P1");
	if (VARIANT(own)) {
		x = 1;
		sd_assert(x == 1);
	} else if (WALK_ORDER) {
		walk_order();
	} else if (VARIANT(walk_misses) || VARIANT(walk_fenced)) {
		*pte = (unsigned long)frames[1] | USER_PAGE;
		if (VARIANT(walk_fenced))
			mfence();
		sd_assert(user_load(VA) == 1);
	} else {
		while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
			pause();
		x = 1;
		if (VARIANT(ipi_fenced))
			mfence();
		sd_send_ipi(1, VECTOR);
	}
}
