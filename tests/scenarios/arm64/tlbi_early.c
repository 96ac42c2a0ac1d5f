/* A TLBI with something between it and the store that it is about, but no DSB: it may come before the store.
 *
 * machine: arm64
 * cpus: 2
 * variant: nothing     FAIL revoked-translation
 * variant: dmb         FAIL revoked-translation
 * variant: dmb-load    FAIL revoked-translation
 * variant: dmbst-add   FAIL revoked-translation
 * variant: add         FAIL revoked-translation
 * variant: add-release FAIL revoked-translation
 * variant: store-load  FAIL revoked-translation
 * variant: xchg-entry  FAIL revoked-translation
 * variant: dsb         PASS
 * variant: add-dsb     PASS
 * variant: dsb-add     PASS
 * variant: add-dsb-nsh FAIL revoked-translation
 * variant: after       FAIL revoked-translation
 * variant: bbm         FAIL break-before-make
 * variant: bbm-dsb     PASS
 * variant: table       FAIL freed-page
 * variant: table-dsb   PASS
 * variant: own         FAIL assertion
 * variant: own-dsb     PASS
 * variant: own-isb     FAIL assertion
 *
 * CPU 0 takes an entry away (or a table: table), does what the variant says, TLBI, DSB ISH, and says that nobody uses the page
 * any more. CPU 1 uses it. A DMB, a load-acquire, a store-release and an atomic with both order accesses, so that CPU 1's loads
 * see the store before what comes after; of the effects that they order, a TLBI is none, and a walk is none (Arm ARM, B2.3,
 * Barrier-ordered-before): only a DSB puts a TLBI behind the store (R_TGVWD), and only after one is the store sure to be seen
 * by walks (R_SPVBD). So the TLBI may be done first, and CPU 1 may cache the old entry again before it is gone.
 * add: atomic_add() of _mapcount, as between ptep_get_and_clear() and the flush. xchg-entry: the entry itself is
 * exchanged again, with both orders. add-dsb-nsh: DSB NSH is for the walks of CPU 0. after: DSB ISHST behind the TLBI.
 * own: an entry is made valid, and CPU 0's own walk may miss that too, with an ISB alone as well: nothing makes the walk
 * depend on the atomic.
 */
#include "tables.h"

/* A load that the compiler does not leave out, though nobody wants its result. */
#define LOAD(p) (void)*(volatile unsigned long *)(p)
#define BBM (VARIANT(bbm) || VARIANT(bbm_dsb))
#define TABLE (VARIANT(table) || VARIANT(table_dsb))
#define OWN (VARIANT(own) || VARIANT(own_dsb) || VARIANT(own_isb))
#define DSB_LAST (VARIANT(dsb) || VARIANT(add_dsb) || VARIANT(bbm_dsb) || VARIANT(table_dsb) || VARIANT(own_dsb))

static pte_t *root, *pte;
static unsigned long count[8], flag[8];

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(!OWN);
	sd_context_finish();
	for (;;)
		wfi();
}

static void user(void *unused)
{
	(void)unused;
	/* so that these words are shared, and stores to them wait */
	LOAD(count);
	LOAD(flag);
	if (!OWN)
		translation_on(root, 1);
	while (!OWN)
		user_load(VA);
	sd_context_finish();
	for (;;)
		wfi();
}

static void between(void)
{
	if (VARIANT(dmb) || VARIANT(dmb_load))
		dmb(ish);
	if (VARIANT(dmb_load))
		LOAD(flag);
	if (VARIANT(dmbst_add))
		dmb(ishst);
	if (VARIANT(store_load)) {
		__atomic_store_n(count, 1ul, __ATOMIC_SEQ_CST);
		__atomic_load_n(flag, __ATOMIC_SEQ_CST);
	}
	if (VARIANT(xchg_entry))
		__atomic_exchange_n(pte, 0ul, __ATOMIC_ACQ_REL);
	if (VARIANT(dsb_add))
		dsb(ishst);
	if (VARIANT(add_release))
		__atomic_fetch_add(count, 1ul, __ATOMIC_RELEASE);
	else if (VARIANT(dmbst_add))
		__atomic_fetch_add(count, 1ul, __ATOMIC_RELAXED);
	else if (!VARIANT(nothing) && !VARIANT(dmb) && !VARIANT(dmb_load) && !VARIANT(store_load) && !VARIANT(xchg_entry) &&
		 !VARIANT(dsb))
		__atomic_fetch_add(count, 1ul, __ATOMIC_SEQ_CST);
	if (VARIANT(add_dsb_nsh))
		dsb(nsh);
	if (DSB_LAST)
		dsb(ishst);
	if (OWN && !VARIANT(own))
		isb();
}

SCENARIO
{
	unsigned long page = frame(1), other_page = frame(2);
	pte_t *table;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	pte = map(root, VA, page, USER_PAGE);
	table = (pte_t *)(*entry(root, 2, VA) & PTE_ADDRESS_MASK);
	sd_page_in_use(page);
	sd_page_is_table((unsigned long)table);
	if (OWN)
		set_pte(pte, 0);
	sd_cpu_start(1, user, 0, "user");
	if (OWN)
		translation_on(root, 1);

	set_pte(TABLE ? entry(root, 2, VA) : pte, OWN ? page | USER_PAGE : 0);
	between();
	if (OWN) {
		kernel_load(VA);
	} else {
		tlbi(VAE1IS, tlbi_va(VA, 1));
		if (VARIANT(after))
			dsb(ishst);
		dsb(ish);
		if (BBM) {
			set_pte(pte, other_page | USER_PAGE);
		} else if (TABLE) {
			sd_page_freed((unsigned long)table);
		} else {
			sd_revoked((unsigned long)root, VA);
			sd_page_freed(page);
		}
	}
	sd_cover("told");
	sd_context_finish();
	for (;;)
		wfi();
}
