/* What the scenarios of published litmus tests share: EL1, one table, pages whose first word is their number. */
#ifndef TEST_ARM64_PUBLISHED_H
#define TEST_ARM64_PUBLISHED_H

#include "tables.h"

#define ASID 1ul
#define FAULTED 99ul /* what a load that faults gives */

static pte_t *root, *pte;
static unsigned long y; /* the flag */
static unsigned long fault_status; /* of the last fault: ESR_FSC_* */

/* Called by the handler of a translation or permission fault: the test's last access has given FAULTED. */
static void last_access(unsigned long value);

/* Ends the execution of the test. The outcome that it asks for is BEFORE, what its earlier accesses gave, and LAST, what
 * the last one gave. BEFORE must occur, or the question was never put. */
static inline void judge(int before, int last)
{
	if (before)
		sd_cover("the last access, with the earlier ones as asked for");
	sd_assert(!(before && last));
}

static inline void stop(void)
{
	sd_context_finish();
	for (;;)
		wfi();
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	fault_status = ESR_FSC(esr);
	last_access(FAULTED);
	stop();
}

static inline void tables_begin(void)
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = entry(root, 1, VA);
}

static inline unsigned long flag(void)
{
	return __atomic_load_n(&y, __ATOMIC_RELAXED);
}

static inline void set_flag(unsigned long value)
{
	__atomic_store_n(&y, value, __ATOMIC_RELAXED);
}

#endif
