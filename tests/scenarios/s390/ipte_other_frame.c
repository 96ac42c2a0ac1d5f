/* IPTE and CRDTE and what they clear: an entry whose frame was changed before.
 *
 * machine: s390x
 * variant: own          FAIL assertion
 * variant: own-crdte    FAIL assertion           --cpu-features idte,lc,crdte
 * variant: own-back     PASS
 * variant: twice        PASS
 * variant: local-twice  PASS                     --cpu-features idte,lc,crdte
 * variant: cleared      FAIL revoked-translation --cpus 2
 * variant: right-order  PASS
 *
 * IPTE clears TLB entries whose page-table origin, page index and page-frame real address are those of the entry as it is
 * (PoP, chapter 10, IPTE: from memory; the weaker reading).
 * own: the only CPU that has the address space changes the frame by a store (frame 1 to frame 2: legal, nobody else is
 *   attached), then executes IPTE, then makes the entry valid again. What was made of frame 1 may stay. own-crdte: the same,
 *   with CRDTE, which finds frame 2 and puts frame 2 in. own-back: the entry holds frame 2 for a moment, and is
 *   cleared by an IPTE in each state: nothing of frame 1 is left, and nothing of frame 2 is made after the second.
 * twice, local-twice: IPTE of an entry that is invalid already, by a store: I is set, the frame is still there, and what was
 *   made of it goes.
 * cleared: CPU 1 has loaded the page and detached, which removes nothing. CPU 0 clears the whole entry by a store and "flushes"
 *   by IPTE: the entry's frame is 0 now. CPU 1 attaches again and may find frame 1.
 * right-order: IPTE first.
 */
#include "tables.h"

static entry_t *root, *pte;
static unsigned long ready, gone;

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == S390_PGM_PAGE_TRANSLATION);
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void cpu1(void *unused)
{
	(void)unused;
	lctlg(CR_PRIMARY, asce(root));
	user_load(VA);
	lctlg(CR_PRIMARY, 0);
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
		;
	lctlg(CR_PRIMARY, asce(root));
	user_load(VA);
	sd_assert(!"the page is gone");
}

SCENARIO
{
	const unsigned long two = frame(2);

	root = new_root();
	pte = map(root, VA, frame(1), 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	if (VARIANT(cleared)) {
		sd_cpu_start(1, cpu1, 0, "P1");
		while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
			;
		set_entry(pte, _PAGE_INVALID);
		ipte(page_table(root, VA), VA);
		sd_revoked((unsigned long)root, VA);
		__atomic_store_n(&gone, 1ul, __ATOMIC_RELEASE);
		return;
	}
	lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(own_back)) {
		set_entry(pte, two);
		ipte(page_table(root, VA), VA);
		set_entry(pte, frame(1));
	}
	if (VARIANT(own) || VARIANT(own_crdte))
		set_entry(pte, two);
	if (VARIANT(twice) || VARIANT(local_twice))
		set_entry(pte, *pte | _PAGE_INVALID);
	if (VARIANT(own_crdte))
		sd_assert(crdte(two, two, page_table(root, VA), VA, 0) == 1);
	else if (VARIANT(local_twice))
		ipte_local(page_table(root, VA), VA);
	else
		ipte(page_table(root, VA), VA);
	set_entry(pte, two);
	sd_assert(user_load(VA) == 2);
}
