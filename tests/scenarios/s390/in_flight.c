/* A store of CPU 1 that has been translated and waits in its buffer, while CPU 0 takes the translation away: when that is done
 * the frame no longer changes.
 *
 * machine: s390x
 * cpus: 2
 * options: --cpu-features idte,lc,crdte --property assertion
 * variant: home       PASS
 * variant: idte       PASS
 * variant: csp        PASS
 * variant: crdte      PASS
 * variant: idte-asce  PASS
 * variant: unloaded   PASS
 * variant: switched   PASS
 * variant: ptlb       FAIL
 *
 * IPTE, IDTE, CSP and CRDTE are done only when other CPUs have done the accesses that used what goes (PoP, chapter 10).
 * home: a kernel store, by IPTE. idte: of the segment's entry; crdte: with the ASCE named. unloaded, switched: CPU 1 has
 *   loaded another ASCE since, which does not wait for the store; by IDTE of the ASCE, and IPTE. ptlb: waits for nobody else.
 *   (The attach rule, which idte-asce and ptlb break as well, is not selected.)
 */
#include "tables.h"

static entry_t *root, *other, *pte;
static unsigned long ready;

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void cpu1(void *unused)
{
	(void)unused;
	lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(home))
		lctlg(CR_HOME, asce(root));
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(home))
		kernel_store(VA, 5);
	else
		user_store(VA, 5);
	if (VARIANT(unloaded) || VARIANT(switched))
		lctlg(CR_PRIMARY, asce(other));
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	volatile unsigned long *word = &frames[1][0];
	unsigned long first;

	root = new_root();
	other = new_root();
	pte = map(root, VA, frame(1), 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(home) || VARIANT(switched))
		ipte(page_table(root, VA), VA);
	if (VARIANT(idte))
		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, VA);
	if (VARIANT(csp))
		cspg(pte, *pte, *pte | _PAGE_INVALID);
	if (VARIANT(crdte))
		crdte(*pte, *pte | _PAGE_INVALID, page_table(root, VA), VA, asce(root));
	if (VARIANT(idte_asce) || VARIANT(unloaded) || VARIANT(ptlb))
		set_entry(pte, *pte | _PAGE_INVALID);
	if (VARIANT(idte_asce) || VARIANT(unloaded))
		idte_asce(asce(root));
	if (VARIANT(ptlb))
		ptlb();
	first = *word;
	sd_assert(*word == first);
}
