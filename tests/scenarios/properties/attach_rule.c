/* attach-rule, as small as it gets: CPU 1 has the address space loaded when CPU 0 invalidates a valid entry of it.
 *
 * machine: s390x
 * cpus: 2
 * variant: store  FAIL attach-rule
 * variant: ipte   PASS              --property attach-rule
 *
 * store: by an ordinary store. ipte: by IPTE; the entry is invalid then, and may be written as it pleases (which is judged).
 */
#include "../s390/tables.h"

static entry_t *root;
static unsigned long attached;

static void cpu1(void *unused)
{
	(void)unused;
	lctlg(CR_PRIMARY, asce(root));
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
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(ipte))
		ipte(page_table(root, VA), VA);
	set_entry(pte, _PAGE_INVALID);
}
