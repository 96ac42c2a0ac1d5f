/* A handler unmaps a page on the only CPU; the code that it interrupted invalidates.
 *
 * machine: arm64
 * variant: no-dsb  FAIL assertion
 * variant: dsb     PASS
 *
 * dsb: the handler has DSB ISHST behind its store, which is as good as one in the code behind it. no-dsb: neither taking an
 * interrupt nor the return from one waits for stores (they are context synchronization events, no barriers: Arm ARM, D1.3), so
 * the TLBI may come before the store, and the old entry be found again.
 */
#include "tables.h"

static pte_t *root, *pte;
static int gone;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_cover("gone");
	sd_context_finish();
	for (;;)
		wfi();
}

static void timer_handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (gone)
		return;
	set_pte(pte, 0);
	if (VARIANT(dsb))
		dsb(ishst);
	gone = 1;
}

SCENARIO
{
	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(32, timer_handler);
	sd_timer(32);
	pte = map(root, VA, frame(1), USER_PAGE);
	translation_on(root, 1);
	asm volatile("msr daifclr, #2" ::: "memory");
	while (!*(volatile int *)&gone)
		cpu_relax();
	asm volatile("msr daifset, #2" ::: "memory");
	sd_assert(gone);
	tlbi(VAE1, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	kernel_load(VA);
	sd_assert(0);
}
