/* CPU 0 takes a page away that CPU 1 uses, and then CPU 1 must fault.
 *
 * machine: s390x
 * cpus: 2
 * options: --cpu-features idte,lc,crdte --property assertion
 * variant: ipte        PASS
 * variant: ipte-local  FAIL assertion
 * variant: ptlb        FAIL assertion
 * variant: idte        PASS
 * variant: idte-asce   PASS
 * variant: idte-local  FAIL assertion
 * variant: csp         PASS
 * variant: crdte       PASS
 * variant: store       FAIL assertion
 * variant: in-flight   PASS
 *
 * IPTE, IDTE, CSP and CRDTE reach all CPUs; with local clearing, and PTLB, only the one that executes them. (The attach rule,
 * which `ptlb`, `idte-asce`, `idte-local` and `store` break as well, is not selected.)
 * in-flight: a store that CPU 1 has translated may still be in its buffer; IPTE is done only when it is in memory, so the
 *   frame does not change afterwards.
 */
#include "tables.h"

static entry_t *root, *pte;
static unsigned long ready, done;

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == S390_PGM_PAGE_TRANSLATION || code == S390_PGM_SEGMENT_TRANSLATION);
	sd_cover("fault");
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void cpu1(void *unused)
{
	(void)unused;
	lctlg(CR_PRIMARY, asce(root));
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(in_flight)) {
		user_store(VA, 5);
		user_store(VA, 6);
	}
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		;
	user_load(VA);
	sd_assert(!"the page is gone");
}

SCENARIO
{
	root = new_root();
	pte = map(root, VA, frame(1), 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(ipte) || VARIANT(in_flight))
		ipte(page_table(root, VA), VA);
	if (VARIANT(in_flight)) {
		volatile unsigned long *word = &frames[1][0];
		const unsigned long first = *word;

		sd_assert(*word == first);
	}
	if (VARIANT(ipte_local))
		ipte_local(page_table(root, VA), VA);
	if (VARIANT(idte))
		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, VA);
	if (VARIANT(csp))
		cspg(pte, *pte, *pte | _PAGE_INVALID);
	if (VARIANT(crdte))
		crdte(*pte, *pte | _PAGE_INVALID, page_table(root, VA), VA, 0);
	if (VARIANT(ptlb) || VARIANT(idte_asce) || VARIANT(idte_local) || VARIANT(store))
		set_entry(pte, *pte | _PAGE_INVALID);
	if (VARIANT(ptlb))
		ptlb();
	if (VARIANT(idte_asce))
		idte_asce(asce(root));
	if (VARIANT(idte_local))
		idte_asce_local(asce(root));
	__atomic_store_n(&done, 1ul, __ATOMIC_RELEASE);
}
