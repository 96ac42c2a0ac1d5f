// What one CPU does to tables and translations, and what another CPU may have cached.
//
// machine: x86-64, i386
// cpus: 2
// variant: local   FAIL assertion
// variant: own     PASS
// variant: cpu1    FAIL assertion
// variant: fenced  PASS
//
// CPU 1 runs on the tables that CPU 0 changes, and accesses the page after CPU 0 has said that it is done.
// local: INVLPG on CPU 0 removes nothing from CPU 1's TLB, where frame 1 may still be. own: CPU 1 executes it as well.
// cpu1: the entry held frame 2 for a moment. CPU 1 may have cached it, though it has not accessed the page. fenced: CPU 1
//   invalidates the page after that, so only frame 3 is left.
#include "tables.h"

static pte_t *root;
static unsigned long ready, done;

static void cpu1(void *unused)
{
	unsigned long value;

	(void)unused;
	paging_on(root);
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		pause();
	if (VARIANT(own) || VARIANT(fenced))
		invlpg(VA);
	value = user_load(VA);
	if (VARIANT(cpu1))
		sd_assert(value != 2);
	else if (VARIANT(fenced))
		sd_assert(value == 3);
	else
		sd_assert(value == 2);
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
	frame(3);
	paging_on(root);
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		pause();
	*(volatile pte_t *)pte = (unsigned long)frames[2] | USER_PAGE;
	if (VARIANT(cpu1) || VARIANT(fenced))
		*(volatile pte_t *)pte = (unsigned long)frames[3] | USER_PAGE;
	invlpg(VA);
	__atomic_store_n(&done, 1ul, __ATOMIC_RELEASE);
}
