/* Two CPUs, two tables, one ASID, CnP set in both TTBR0s: each may use what the other has cached.
 *
 * machine: arm64
 * cpus: 2
 * variant: plain PASS
 * variant: cnp UNSUPPORTED
 *
 * cnp: R_QLGWZ lets CPUs with CnP = 1 share translations of one ASID, which is not modelled: refused. plain: without it
 * each CPU uses its own table's.
 */
#include "tables.h"

static pte_t *a, *b;

static void on(pte_t *t)
{
	translation_on((pte_t *)((unsigned long)t | (VARIANT(cnp) ? 1 : 0)), 1);
}

static void other(void *p)
{
	(void)p;
	on(b);
	sd_assert(user_load(VA) == 2);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	a = new_table();
	b = new_table();
	map(a, VA, frame(1), USER_PAGE);
	map(b, VA, frame(2), USER_PAGE);
	sd_cpu_start(1, other, 0, "other");
	on(a);
	sd_assert(user_load(VA) == 1);
	sd_context_finish();
	for (;;)
		wfi();
}
