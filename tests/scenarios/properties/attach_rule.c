/* attach-rule: a valid entry is made invalid while another CPU has the address space loaded, by a store and by IPTE.
 *
 * machine: s390x
 * cpus: 2
 * variant: store  FAIL attach-rule
 * variant: ipte   PASS --property attach-rule,assertion
 * variant: alone  PASS --property attach-rule,assertion
 *
 * store: what an ordinary store must not do. ipte: the instruction for it; the entry is invalid when an ordinary store
 * changes it further (which is judged). alone: CPU 1 has nothing loaded.
 */
#include "../s390/tables.h"

static entry_t *root;
static unsigned long attached;

static void cpu1(void *unused)
{
	(void)unused;
	if (!VARIANT(alone))
		lctlg(1, asce(root));
	__atomic_store_n(&attached, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	entry_t *pte;

	root = new_root();
	pte = map(root, VA, frame(1), 0);
	lctlg(1, asce(root));
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(ipte)) {
		ipte(page_table(root, VA), VA);
		set_entry(pte, _PAGE_INVALID);
	} else {
		set_entry(pte, *pte | _PAGE_INVALID);
	}
	sd_assert(*pte & _PAGE_INVALID);
	sd_context_finish();
	for (;;)
		s390_wait();
}
