/* less: no-dsb should FAIL revoked-translation.
 *
 * CPU 0 takes an entry away; CPU 1, which has seen that by a load-acquire, executes the TLBI without a DSB before it.
 *
 * machine: arm64
 * cpus: 3
 * variant: no-dsb PASS
 *
 * A TLBI is ordered behind an older load no more than behind an older store, so it may come before the load, and before the
 * store of CPU 0 is seen by CPU 2's walks (Arm ARM, B2.3, DSB-ordered-before). Loads are in order here, and a TLBI behind them.
 * (A branch on what the load has found orders the two: here it decides nothing.)
 */
#include "../../scenarios/arm64/tables.h"

static pte_t *root, *pte;
static unsigned long lock[8], done[8];

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void other(void *unused)
{
	(void)unused;
	unsigned long seen = __atomic_load_n(lock, __ATOMIC_ACQUIRE);

	tlbi(VALE1IS, tlbi_va(VA, 1));
	dsb(ish);
	if (seen)
		sd_revoked((unsigned long)root, VA);
	__atomic_store_n(done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

static void user(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	for (;;)
		user_load(VA);
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, other, 0, "other");
	sd_cpu_start(2, user, 0, "user");
	translation_on(root, 1);
	user_load(VA);
	__atomic_exchange_n(pte, 0ul, __ATOMIC_RELAXED);
	__atomic_store_n(lock, 1ul, __ATOMIC_RELEASE);
	while (!__atomic_load_n(done, __ATOMIC_ACQUIRE))
		cpu_relax();
	dsb(ish);
	isb();
	sd_cover("told");
	sd_context_finish();
	for (;;)
		wfi();
}
