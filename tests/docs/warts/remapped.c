/* more: buffered should PASS.
 *
 * A page is taken away, and another mapped in its place by a store that waits in the CPU's buffer. A walk of the same CPU may
 * find it there; that it may is not known to revoked-translation.
 *
 * cpus: 2
 * variant: buffered  FAIL revoked-translation
 * variant: fenced    PASS
 */
#include "../../scenarios/machine/tables.h"

static void other(void *unused)
{
	(void)unused;
	__atomic_store_n(&frames[3][8], 1ul, __ATOMIC_RELAXED);
	sd_context_finish();
	for (;;)
		hlt();
}

static void fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	mfence();
}

SCENARIO
{
	pte_t *root = new_table(), *pte = map(root, VA, frame(1), USER_PAGE);

	frame(2);
	sd_set_vector(X86_TRAP_PF, fault);
	paging_on(root);
	sd_cpu_start(1, other, 0, "other");
	*(volatile pte_t *)pte = 0;
	mov_to_cr3((unsigned long)root);
	sd_revoked((unsigned long)root, VA);
	*(volatile pte_t *)pte = (unsigned long)frames[2] | USER_PAGE;
	if (VARIANT(fenced))
		mfence();
	user_load(VA);
	(void)*(volatile unsigned long *)&frames[3][8];
	sd_context_finish();
	for (;;)
		hlt();
}
