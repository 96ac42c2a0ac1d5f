// A page's entry is changed on one CPU of four, and the three others, which run on the same table, are made to flush.
//
// machine: x86-64
// cpus: 4
// variant: ipi         PASS            --memory tso --cpu-features none
// variant: ipi-missed  FAIL assertion  --memory tso --cpu-features none
// variant: broadcast   PASS            --memory tso --cpu-features invlpgb
// variant: no-sync     FAIL assertion  --memory tso --cpu-features invlpgb
//
// ipi: an IPI to CPUs 1, 2 and 3, each of which executes INVLPG and says so; the sender waits for all three.
// ipi-missed: CPU 3 is not in the mask. broadcast: INVLPGB and TLBSYNC. no-sync: INVLPGB alone.
#include "tables.h"

#define VECTOR 0xf0u

static pte_t *root;
static unsigned long ready, flushed, done;

static void flush(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	invlpg(VA);
	__atomic_fetch_add(&flushed, 1ul, __ATOMIC_SEQ_CST);
}

static void user(void *unused)
{
	(void)unused;
	paging_on(root);
	__atomic_fetch_add(&ready, 1ul, __ATOMIC_SEQ_CST);
	sti();
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		pause();
	sd_assert(user_load(VA) == 2);
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	pte_t *pte;

	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	frame(2);
	sd_set_vector(VECTOR, flush);
	for (unsigned cpu = 1; cpu < 4; cpu++)
		sd_cpu_start(cpu, user, 0, "user");
	while (__atomic_load_n(&ready, __ATOMIC_RELAXED) != 3)
		pause();
	__atomic_exchange_n(pte, (unsigned long)frames[2] | USER_PAGE, __ATOMIC_SEQ_CST);
	if (VARIANT(ipi) || VARIANT(ipi_missed)) {
		unsigned long others = VARIANT(ipi) ? 3 : 2;

		sd_send_ipi_mask(VARIANT(ipi) ? 0xeul : 0x6ul, VECTOR);
		while (__atomic_load_n(&flushed, __ATOMIC_RELAXED) != others)
			pause();
	} else {
		invlpgb(VA | X86_INVLPGB_VA, 0, 0);
		if (VARIANT(broadcast))
			tlbsync();
	}
	__atomic_store_n(&done, 1ul, __ATOMIC_RELAXED);
	sd_context_finish();
	for (;;)
		hlt();
}
