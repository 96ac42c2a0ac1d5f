/* Stores before translation is turned on, and before another CPU is started, are seen by walks behind a DSB only.
 *
 * machine: arm64
 * variant: off        FAIL assertion
 * variant: off        FAIL assertion  --cpus 2 -D SECOND_CPU
 * variant: off-dsb    PASS
 * variant: start      FAIL assertion  --cpus 2
 * variant: start-dsb  PASS            --cpus 2
 *
 * off: an entry is made valid while SCTLR_EL1.M = 0; then it is set, ISB, and a load, which may fault: the store is guaranteed
 * to be observable by walks only after a DSB (Arm ARM, R_SPVBD), which turning translation on is not. start: an entry is cleared,
 * another CPU started, TLBI, DSB, ISB: the load may go through the old entry, as it may without the start (one_cpu.c).
 */
#include "tables.h"

static pte_t *root;

#define OFF (VARIANT(off) || VARIANT(off_dsb))

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_assert(!OFF);
	sd_cover("ended");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	pte_t *pte;

	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	if (OFF)
		*pte = 0;
#ifdef SECOND_CPU
	sd_cpu_start(1, second_cpu, 0, "other");
#endif
	translation_on(root, 1);
	if (OFF) {
		write_sysreg(0, sctlr_el1);
		isb();
		set_pte(pte, frame(1) | USER_PAGE);
		if (VARIANT(off_dsb))
			dsb(ishst);
		write_sysreg(SCTLR_EL1_M, sctlr_el1);
		isb();
	} else {
		set_pte(pte, 0);
		if (VARIANT(start_dsb))
			dsb(ishst);
		sd_cpu_start(1, second_cpu, 0, "other");
		tlbi(VAE1IS, tlbi_va(VA, 1));
		dsb(ish);
		isb();
	}
	kernel_load(VA);
	sd_assert(OFF);
	sd_cover("ended");
	sd_context_finish();
	for (;;)
		wfi();
}
