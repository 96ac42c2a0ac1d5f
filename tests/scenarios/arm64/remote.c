/* What a TLBI of CPU 0 must do for CPU 1, beyond revoke.c: intermediate entries, global translations, who waits, and what is
 * in flight.
 *
 * machine: arm64
 * cpus: 2
 * variant: table          PASS
 * variant: table-leaf     FAIL revoked-translation
 * variant: global         PASS
 * variant: global-asid    FAIL revoked-translation
 * variant: other-by-asid  FAIL revoked-translation
 * variant: foreign-dsb    FAIL revoked-translation
 * variant: fetch          FAIL revoked-translation
 * variant: in-flight      PASS
 *
 * table: the level 2 entry is taken away; VAE1IS removes what is cached of it. table-leaf: VALE1IS does not, and CPU 1 goes on
 *   walking through it.
 * global: nG = 0, so VAE1IS of another ASID removes it. global-asid: ASIDE1IS does not. other-by-asid: ASIDE1IS of another.
 * foreign-dsb: CPU 1 executes the DSB for CPU 0's TLBI, on being told; it waits for CPU 1's own TLBIs, of which there are none.
 * fetch: CPU 1 stays at EL0 and fetches instructions; no DSB of CPU 0 makes it forget what it has.
 * in-flight: CPU 1 has stored through the translation, and the store is in its buffer. The DSB waits for it, so the page may be
 *   freed.
 */
#include "tables.h"

static pte_t *root, *pte;
static unsigned long issued, waited;

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
	if (VARIANT(in_flight)) {
		user_store(VA, 7);
		sd_context_finish();
		for (;;)
			wfi();
	}
	if (VARIANT(foreign_dsb)) {
		while (!__atomic_load_n(&issued, __ATOMIC_ACQUIRE))
			cpu_relax();
		dsb(ish);
		__atomic_store_n(&waited, 1ul, __ATOMIC_RELEASE);
	}
	for (;;) {
		if (VARIANT(fetch))
			user_fetch(VA);
		else
			user_load(VA);
	}
}

SCENARIO
{
	unsigned long page = frame(1);

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, page, VARIANT(global) || VARIANT(global_asid) ? USER_PAGE & ~PTE_NG : USER_PAGE);
	sd_page_in_use(page);
	sd_cpu_start(1, cpu1, 0, "P1");
	set_pte(VARIANT(table) || VARIANT(table_leaf) ? entry(root, 2, VA) : pte, 0);
	dsb(ishst);
	if (VARIANT(table_leaf))
		tlbi(VALE1IS, tlbi_va(VA, 1));
	else if (VARIANT(global))
		tlbi(VAE1IS, tlbi_va(VA, 2));
	else if (VARIANT(global_asid))
		tlbi(ASIDE1IS, TTBR_ASID(1));
	else if (VARIANT(other_by_asid))
		tlbi(ASIDE1IS, TTBR_ASID(2));
	else
		tlbi(VAE1IS, tlbi_va(VA, 1));
	if (VARIANT(foreign_dsb)) {
		__atomic_store_n(&issued, 1ul, __ATOMIC_RELEASE);
		while (!__atomic_load_n(&waited, __ATOMIC_ACQUIRE))
			cpu_relax();
	} else {
		dsb(ish);
	}
	sd_revoked((unsigned long)root, VA);
	if (VARIANT(in_flight))
		sd_page_freed(page);
	sd_cover("taken away");
	sd_context_finish();
	for (;;)
		wfi();
}
