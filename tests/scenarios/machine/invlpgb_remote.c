// INVLPGB on one CPU, and what another CPU may still use.
//
// machine: x86-64
// cpus: 2
// variant: sync       PASS            --cpu-features pge,invlpgb
// variant: no-sync    FAIL assertion  --cpu-features pge,invlpgb
// variant: elsewhere  FAIL assertion  --cpu-features pge,invlpgb
// variant: deaf       FAIL assertion  --cpu-features pge,invlpgb/pge
// variant: unfenced   FAIL assertion  --cpu-features pge,invlpgb
// variant: unfenced   PASS            --cpu-features pge,invlpgb --memory sc
// variant: in-flight  FAIL assertion  --cpu-features pge,invlpgb
// variant: in-flight  PASS            --cpu-features pge,invlpgb --memory sc
//
// CPU 1 runs on the tables that CPU 0 changes, and accesses the page after CPU 0 has said that it is done.
// sync: the new entry is in memory, INVLPGB, TLBSYNC: CPU 1 has nothing else left. no-sync: without TLBSYNC CPU 1 need not
// have done its part. elsewhere: CPU 1 executes the TLBSYNC, which waits for INVLPGBs of CPU 1 only. deaf: CPU 1 does not
// know INVLPGB. unfenced: INVLPGB does not wait for the store before it; CPU 1 may do its part, walk the old entry once
// more, and only then does the new one reach memory.
// in-flight: CPU 1 stores to the page while CPU 0 changes it. The store was translated by the old entry and waits: TLBSYNC
// is not known to wait for it, so frame 1 may still change behind it.
#include "tables.h"

static pte_t *root;
static unsigned long ready, done;

static void cpu1(void *unused)
{
	(void)unused;
	paging_on(root);
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(in_flight)) {
		user_store(VA, 7);
	} else {
		while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
			pause();
		if (VARIANT(elsewhere))
			tlbsync();
		sd_assert(user_load(VA) == 2);
	}
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
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		pause();
	*(volatile pte_t *)pte = (unsigned long)frames[2] | USER_PAGE;
	if (!VARIANT(unfenced))
		mfence();
	invlpgb(VA | X86_INVLPGB_VA, 0, 0);
	if (!VARIANT(no_sync) && !VARIANT(elsewhere))
		tlbsync();
	if (VARIANT(in_flight)) {
		volatile unsigned long *old = frames[1];
		unsigned long first = *old;

		sd_assert(first == *old);
	}
	__atomic_store_n(&done, 1ul, __ATOMIC_RELEASE);
}
