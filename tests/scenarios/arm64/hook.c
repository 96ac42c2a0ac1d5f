/* A table that has an old entry in it is cleared and then hooked in, while another CPU walks.
 *
 * machine: arm64
 * cpus: 2
 * variant: barrier    PASS
 * variant: release    PASS
 * variant: no-barrier FAIL assertion
 *
 * no-barrier: two stores to different addresses reach memory in any order, and CPU 1 may walk the old entry through the new
 * table. barrier: a DMB ISHST is enough: CPU 1's walk reads the upper entry before the lower one, and finds them in that order.
 * release: a store-release reaches memory after older stores. (Arm ARM, B2.3.)
 * No TLBI is in it, for nothing valid was there before.
 */
#include "tables.h"

static pte_t *root;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert((ESR_FSC(esr) & 0x3c) == ESR_FSC_TRANSLATION);
	sd_cover("nothing is mapped");
	sd_context_finish();
	for (;;)
		wfi();
}

static void reader(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	for (;;)
		sd_assert(user_load(VA) != 2);
}

SCENARIO
{
	pte_t *upper, *table;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	upper = entry(root, 2, VA);
	table = new_table();
	table[entry_index(1, VA)] = frame(2) | USER_PAGE;
	sd_cpu_start(1, reader, 0, "reader");
	set_pte(&table[entry_index(1, VA)], 0);
	if (VARIANT(barrier))
		dmb(ishst);
	if (VARIANT(release))
		__atomic_store_n(upper, (unsigned long)table | TABLE_FLAGS, __ATOMIC_RELEASE);
	else
		set_pte(upper, (unsigned long)table | TABLE_FLAGS);
	sd_context_finish();
	for (;;)
		wfi();
}
