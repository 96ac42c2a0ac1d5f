/* A TLBI is on its way when another page is taken away, as in a batch of flushes.
 *
 * machine: arm64
 * cpus: 2
 * variant: batch   PASS
 * variant: no-dsb  FAIL revoked-translation
 * variant: twice   PASS
 * variant: local   PASS
 * variant: table   PASS
 *
 * CPU 0 takes two pages away, each with DSB ISHST and TLBI behind, and waits once, DSB ISH. The second TLBI has a DSB between
 * it and its store (R_TGVWD); that the first may come before that store concerns another page. no-dsb: the second TLBI may
 * come before its store. twice: the same page is mapped again in between and taken away again, the two TLBIs are equal. local: the
 * first is for CPU 0 alone. table: not a page, but the table is taken away then, and freed.
 */
#include "tables.h"

static pte_t *root;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void user(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	for (;;)
		user_load(NEXT);
}

SCENARIO
{
	pte_t *a, *b, *table, before;
	unsigned long first = VARIANT(twice) ? NEXT : VA;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	a = map(root, VA, frame(1), USER_PAGE);
	b = map(root, NEXT, frame(2), USER_PAGE);
	table = (pte_t *)(*entry(root, 2, VA) & PTE_ADDRESS_MASK);
	sd_page_is_table((unsigned long)table);
	if (VARIANT(twice))
		a = b;
	if (VARIANT(table))
		b = entry(root, 2, VA);
	before = *a;
	sd_cpu_start(1, user, 0, "user");
	translation_on(root, 1);

	__atomic_exchange_n(a, 0ul, __ATOMIC_RELAXED);
	dsb(ishst);
	if (VARIANT(local))
		tlbi(VALE1, tlbi_va(first, 1));
	else
		tlbi(VALE1IS, tlbi_va(first, 1));
	if (VARIANT(twice)) {
		set_pte(a, before);
		dsb(ishst);
		isb();
	}
	__atomic_exchange_n(b, 0ul, __ATOMIC_RELAXED);
	if (!VARIANT(no_dsb))
		dsb(ishst);
	if (VARIANT(table))
		tlbi(VAE1IS, tlbi_va(NEXT, 1));
	else
		tlbi(VALE1IS, tlbi_va(NEXT, 1));
	dsb(ish);
	if (VARIANT(table))
		sd_page_freed((unsigned long)table);
	else
		sd_revoked((unsigned long)root, NEXT);
	sd_cover("told");
	sd_context_finish();
	for (;;)
		wfi();
}
