/* CPU 0 takes an entry away and has not flushed yet; CPU 1, which has seen that, flushes for both.
 *
 * machine: arm64
 * cpus: 3
 * variant: own      PASS
 * variant: own-late PASS
 * variant: third    PASS
 * variant: no-flush FAIL revoked-translation
 *
 * CPU 0 exchanges the entry and releases a lock. CPU 1 takes it, DSB ISHST, TLBI, DSB ISH, and says that nobody uses the page.
 * Then CPU 0 goes on to a thread of the same address space, with DSB and ISB as a switch has them (own), or CPU 2 uses the page
 * at any time (third). own-late: CPU 0 first changes another entry, and has its DSB behind that. The release and the acquire put the store before CPU 1's DSB, and that its TLBI (Arm ARM, B2.3): a walk
 * that has missed the store, by CPU 0 too, is one that the TLBI is about. no-flush: CPU 1 only says so.
 */
#include "tables.h"

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
	while (!__atomic_load_n(lock, __ATOMIC_ACQUIRE))
		cpu_relax();
	dsb(ishst);
	if (!VARIANT(no_flush)) {
		tlbi(VALE1IS, tlbi_va(VA, 1));
		dsb(ish);
	}
	sd_revoked((unsigned long)root, VA);
	__atomic_store_n(done, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		wfi();
}

static void user(void *unused)
{
	(void)unused;
	if (VARIANT(third)) {
		translation_on(root, 1);
		for (;;)
			user_load(VA);
	}
	sd_context_finish();
	for (;;)
		wfi();
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
	if (VARIANT(own_late))
		set_pte(pte + 1, frame(2) | USER_PAGE);
	dsb(ish);
	isb();
	sd_cover("told");
	if (!VARIANT(third))
		user_load(VA);
	sd_context_finish();
	for (;;)
		wfi();
}
