/* An invalid kernel entry becomes valid, on one of two CPUs that walk the same table: what its next access may find.
 *
 * machine: arm64
 * cpus: 2
 * variant: nothing       FAIL assertion
 * variant: nothing-ets2  PASS            --cpu-features ets2
 * variant: isb           FAIL assertion
 * variant: isb           PASS            --cpu-features ets2
 * variant: dsb           FAIL assertion
 * variant: dsb           PASS            --cpu-features ets2
 * variant: both          PASS
 * variant: fetch         FAIL assertion  --cpu-features ets2
 * variant: fetch-isb     PASS            --cpu-features ets2
 * variant: rights        FAIL assertion  --cpu-features ets2
 *
 * As set_pte() for kernel addresses, which has DSB ISHST and ISB. Without FEAT_ETS2 the walk of a later access may come
 * before the store (nothing, isb), or before the DSB, which orders no walk (Arm ARM, B2.3, DSB-ordered-before: not an
 * Implicit TTD Memory Effect); only both together have it walk again, behind the DSB. With FEAT_ETS2 a walk that faults is
 * ordered after older accesses of its CPU (ETS-ordered-before), but not one of an instruction fetch (the note there, and
 * I_WZCBG), and not one that faults on rights, which are cached (TLBUncacheable Effects).
 */
#include "tables.h"

static pte_t *root;

#define NOTHING (VARIANT(nothing) || VARIANT(nothing_ets2))

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(!"no fault");
}

SCENARIO
{
	pte_t *pte;

	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = entry(root, 1, VA);
	if (VARIANT(rights))
		*pte = frame(1) | KERNEL_PAGE | PTE_RDONLY;
	sd_cpu_start(1, second_cpu, root, "other");
	translation_on(root, 1);
	set_pte(pte, frame(1) | KERNEL_PAGE);
	if (!NOTHING && !VARIANT(isb))
		dsb(ishst);
	if (!NOTHING && !VARIANT(dsb) && !VARIANT(fetch))
		isb();
	if (VARIANT(fetch) || VARIANT(fetch_isb))
		kernel_fetch(VA);
	else if (VARIANT(rights))
		kernel_store(VA, 1);
	else
		kernel_load(VA);
	sd_cover("used");
	sd_context_finish();
	for (;;)
		wfi();
}
