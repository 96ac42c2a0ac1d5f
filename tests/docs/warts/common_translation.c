/* less: shared should FAIL foreign-translation.
 *
 * A root is loaded under the ASID of another one, whose translations may still be cached. Its top entry has been that other
 * one's for a moment (shared), without a DSB since; or never was (separate).
 *
 * machine: arm64
 * variant: shared    PASS                      --property foreign-translation
 * variant: separate  FAIL foreign-translation  --property foreign-translation
 *
 * shared: a walk may have found the moment, and then the translation is the second address space's as well. Or none has,
 * and what the load uses was cached for the first. The two cannot be told apart by what is in the TLB, and are not.
 */
#include "../../scenarios/arm64/tables.h"

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *first = new_table(), *second = new_table(), *top = entry(second, LEVELS, VA);

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	map(first, VA, frame(1), USER_PAGE);
	*top = (unsigned long)new_table() | TABLE_FLAGS;
	translation_on(second, 2);
	write_sysreg((unsigned long)first | TTBR_ASID(1), ttbr0_el1);
	isb();
	if (VARIANT(shared))
		set_pte(top, *entry(first, LEVELS, VA));
	set_pte(top, 0);
	write_sysreg((unsigned long)second | TTBR_ASID(1), ttbr0_el1);
	isb();
	kernel_load(VA);
	sd_cover("loaded");
}
