/* Both CPUs invalidate a page that CPU 0 has unmapped: what a CPU has removed itself, and has in hand until it synchronises.
 *
 * machine: arm64
 * cpus: 2
 * variant: both           PASS
 * variant: both-asid      PASS
 * variant: own-only       FAIL revoked-translation
 * variant: not-waited-for FAIL revoked-translation
 *
 * CPU 1 executes a TLBI of its own and no ISB, so its load may have looked its translation up before.
 * both: but such a load is an access in flight to CPU 0, whose DSB waits for the accesses on every CPU that used what its TLBI
 *   removes. When the page is promised to be gone, the load has been made, or will not be with that translation. both-asid: the
 *   same where CPU 1's own TLBI is by ASID.
 * own-only: CPU 0's TLBI is for itself. CPU 1's own, complete as it is, does not end what it has in hand.
 * not-waited-for: CPU 0 does not wait.
 */
#include "tables.h"

static pte_t *root, *pte;
static unsigned long gone;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void cpu1(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	if (VARIANT(own_only))
		while (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
			cpu_relax();
	if (VARIANT(both_asid))
		tlbi(ASIDE1, TTBR_ASID(1));
	else
		tlbi(VAE1, tlbi_va(VA, 1));
	dsb(nsh);
	kernel_load(VA);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	sd_cpu_start(1, cpu1, 0, "P1");
	set_pte(pte, 0);
	dsb(ish);
	if (VARIANT(own_only))
		tlbi(VAE1, tlbi_va(VA, 1));
	else
		tlbi(VAE1IS, tlbi_va(VA, 1));
	if (!VARIANT(not_waited_for))
		dsb(ish);
	sd_revoked((unsigned long)root, VA);
	if (VARIANT(own_only))
		__atomic_store_n(&gone, 1ul, __ATOMIC_RELEASE);
	sd_cover("taken away");
	sd_context_finish();
	for (;;)
		wfi();
}
