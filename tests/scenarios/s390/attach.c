/* The attach rule: an ordinary store must not change a valid table entry that another CPU may use.
 *
 * machine: s390x
 * cpus: 2
 * options: --cpu-features idte,lc,crdte
 * variant: store        FAIL attach-rule
 * variant: store-sc     FAIL attach-rule    --memory sc
 * variant: rights       FAIL attach-rule
 * variant: compare-and-swap FAIL attach-rule
 * variant: segment      FAIL attach-rule
 * variant: secondary    FAIL attach-rule
 * variant: home         FAIL attach-rule
 * variant: waiting      FAIL attach-rule
 * variant: tested       PASS                --property attach-rule
 * variant: own          PASS                --property attach-rule
 * variant: detached     PASS                --property attach-rule
 * variant: same         PASS                --property attach-rule
 * variant: free-bits    PASS                --property attach-rule
 * variant: free-bits-segment FAIL attach-rule
 * variant: make-valid   PASS                --property attach-rule
 * variant: ipte         PASS                --property attach-rule,assertion
 * variant: csp          PASS                --property attach-rule,assertion
 * variant: not-selected FAIL revoked-translation --property revoked-translation
 *
 * CPU 1 has the address space loaded when CPU 0 changes the entry.
 * store, rights, compare-and-swap: setting I, setting P, COMPARE AND SWAP without a purge. segment: a higher table's entry.
 * secondary, home: an ASCE in CR7 or CR13 is loaded as well.
 * waiting: nobody has it loaded when CPU 0 executes the store, but the store is in memory only after CPU 1 has attached.
 *   tested: CPU 1 attaches when the store is in memory (CPU 0 serializes before it says so).
 * own: nobody else ever has it. detached: CPU 1 has unloaded it. same: the store changes nothing. free-bits: bits 56-63 of a
 *   page-table entry, but not those of a segment-table entry. make-valid: the entry was invalid.
 * ipte, csp: the entry is invalid when the ordinary store comes.
 * not-selected: the execution goes on, and CPU 1 uses what was taken away.
 */
#include "tables.h"

static entry_t *root, *pte;
static unsigned long attached, go, gone;

static void cpu1(void *unused)
{
	(void)unused;
	while (VARIANT(tested) && !__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		;
	lctlg(VARIANT(secondary) ? CR_SECONDARY : VARIANT(home) ? CR_HOME : CR_PRIMARY, asce(root));
	if (VARIANT(detached))
		lctlg(CR_PRIMARY, 0);
	__atomic_store_n(&attached, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(not_selected)) {
		while (!__atomic_load_n(&gone, __ATOMIC_ACQUIRE))
			;
		user_load(VA);
	}
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == S390_PGM_PAGE_TRANSLATION);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	root = new_root();
	pte = map(root, VA, frame(1), VARIANT(make_valid) ? _PAGE_INVALID : 0);
	sd_set_vector(S390_VECTOR_PGM, program_check);
	lctlg(CR_PRIMARY, asce(root));
	if (!VARIANT(own))
		sd_cpu_start(1, cpu1, 0, "P1");
	while (!VARIANT(own) && !VARIANT(waiting) && !VARIANT(tested) && !__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
		;
	if (VARIANT(rights))
		set_entry(pte, *pte | _PAGE_PROTECT);
	else if (VARIANT(compare_and_swap))
		__sync_val_compare_and_swap(pte, *pte, *pte | _PAGE_INVALID);
	else if (VARIANT(segment))
		set_entry(segment_entry(root, VA), *segment_entry(root, VA) | _SEGMENT_ENTRY_INVALID);
	else if (VARIANT(same))
		set_entry(pte, *pte);
	else if (VARIANT(free_bits))
		set_entry(pte, *pte | 0xff);
	else if (VARIANT(free_bits_segment))
		set_entry(segment_entry(root, VA), *segment_entry(root, VA) | 0x01);
	else if (VARIANT(make_valid))
		set_entry(pte, *pte & ~_PAGE_INVALID);
	else if (VARIANT(ipte))
		ipte(page_table(root, VA), VA);
	else if (VARIANT(csp))
		sd_assert(cspg(pte, *pte, *pte | _PAGE_INVALID) == 1);
	else if (VARIANT(waiting)) {
		if (!__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
			set_entry(pte, *pte | _PAGE_INVALID);
	} else
		set_entry(pte, *pte | _PAGE_INVALID);
	if (VARIANT(tested))
		bcr_serialize();
	__atomic_store_n(&go, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(not_selected)) {
		bcr_serialize();
		sd_revoked((unsigned long)root, VA);
	}
	__atomic_store_n(&gone, 1ul, __ATOMIC_RELEASE);
	if (VARIANT(ipte) || VARIANT(csp)) {
		sd_assert((*pte & _PAGE_INVALID) != 0);
		set_entry(pte, _PAGE_INVALID);
	}
}
