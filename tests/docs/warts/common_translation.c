/* less: shared should FAIL break-before-make.
 *
 * A TTBR is written without a change of the ASID and without ISB, so that walks may begin at either root. Both map the same
 * page; then the second root's entry changes to another one.
 *
 * machine: arm64
 * cpus: 2
 * variant: shared    PASS
 * variant: separate  FAIL break-before-make
 *
 * separate: only the second root maps the page, so the old translation is known as its. shared: a translation that two
 * address spaces have in common is kept once, and counts as the first one's while that still gives it.
 */
#include "../../scenarios/arm64/tables.h"

static pte_t *first, *second, *pte;

static void other(void *unused)
{
	(void)unused;
	translation_on(first, 2);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	first = new_table();
	second = new_table();
	if (VARIANT(shared))
		map(first, VA, frame(1), USER_PAGE);
	pte = map(second, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, other, 0, "other");
	translation_on(first, 1);
	write_sysreg((unsigned long)second | TTBR_ASID(1), ttbr0_el1);
	set_pte(pte, frame(2) | USER_PAGE);
	sd_cover("changed");
	sd_context_finish();
	for (;;)
		wfi();
}
