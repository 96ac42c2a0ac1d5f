/* Until when a translation that was removed may still be used: on the CPU that removed it, by fetches elsewhere, and by
 * accesses that are on their way.
 *
 * machine: arm64
 * cpus: 2
 * variant: local            PASS
 * variant: local-no-isb     FAIL revoked-translation
 * variant: local-no-dsb     FAIL revoked-translation
 * variant: local-ets2       PASS                      --cpu-features ets2
 * variant: local-no-ets2    FAIL revoked-translation  --cpu-features none
 * variant: local-user       PASS
 * variant: local-fetch      FAIL revoked-translation  --cpu-features ets2
 * variant: fetch            FAIL revoked-translation
 * variant: fetch-load       PASS
 * variant: fetch-ipi        PASS
 * variant: in-flight        PASS
 * variant: in-flight-no-dsb FAIL assertion
 *
 * CPU 0 takes a page away: the entry cleared, DSB ISHST, TLBI VAE1IS, DSB ISH, and perhaps ISB. (Arm ARM, D8.17.6.)
 *
 * local-*: then CPU 0 itself loads from the page in EL1. local: with ISB it can only fault. local-no-isb: it may go on
 *   with what it has removed. local-no-dsb: with ISB, but the TLBI need not have been performed. local-ets2: with FEAT_ETS2
 *   the DSB is enough; local-no-ets2 is the same code without it. local-user: in EL0, which is behind an ERET. local-fetch:
 *   an instruction fetch of EL1 needs the ISB, FEAT_ETS2 or not.
 * fetch-*: CPU 1 fetches from the page, or loads, without end. fetch: it may go on until it synchronises. fetch-load: loads
 *   may not. fetch-ipi: before CPU 0 says that the page is gone it has interrupted CPU 1 and waited: an exception does it.
 * in-flight: CPU 1 stores 1 to the page, and the store may wait. CPU 0 then uses the page for itself and writes 7. The DSB
 *   has waited for stores that used the translation, so 7 stays. in-flight-no-dsb: the store may come after it.
 */
#include "tables.h"

#define ASID 1ul
#define VECTOR 0x30u
#define LOCAL                                                                                             \
	(VARIANT(local) || VARIANT(local_no_isb) || VARIANT(local_no_dsb) || VARIANT(local_ets2) ||        \
	 VARIANT(local_no_ets2) || VARIANT(local_user) || VARIANT(local_fetch))
#define IN_FLIGHT (VARIANT(in_flight) || VARIANT(in_flight_no_dsb))

static pte_t *root, *pte;
static unsigned long acknowledged, stored;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
#if !VARIANT(local_no_isb) && !VARIANT(local_no_dsb) && !VARIANT(local_no_ets2) && !VARIANT(in_flight_no_dsb)
	sd_cover("the page is gone");
#endif
	__atomic_store_n(&stored, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	for (;;)
		wfi();
}

static void interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	__atomic_store_n(&acknowledged, 1ul, __ATOMIC_RELEASE);
}

static void other(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	if (IN_FLIGHT) {
		user_store(VA, 1);
		__atomic_store_n(&stored, 1ul, __ATOMIC_RELAXED);
		sd_context_finish();
		for (;;)
			wfi();
	}
	if (VARIANT(fetch_ipi))
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	for (;;) {
		if (VARIANT(fetch_load))
			user_load(VA);
		else
			user_fetch(VA);
	}
}

static void take_away(void)
{
	set_pte(pte, 0);
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, ASID));
	if (!VARIANT(local_no_dsb) && !VARIANT(in_flight_no_dsb))
		dsb(ish);
	if (VARIANT(local) || VARIANT(local_no_dsb))
		isb();
	if (VARIANT(fetch_ipi)) {
		sd_send_ipi(1, VECTOR);
		while (!__atomic_load_n(&acknowledged, __ATOMIC_ACQUIRE))
			cpu_relax();
	}
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(VECTOR, interrupt);
	root = new_table();
	pte = map(root, VA, frame(1), LOCAL ? USER_READONLY : USER_PAGE);
	if (LOCAL) {
		translation_on(root, ASID);
		take_away();
		sd_revoked((unsigned long)root, VA);
		if (VARIANT(local_user))
			user_load(VA);
		else if (VARIANT(local_fetch))
			kernel_fetch(VA);
		else
			kernel_load(VA);
		return;
	}
	sd_cpu_start(1, other, 0, "other");
	take_away();
	if (IN_FLIGHT) {
		*(volatile unsigned long *)frames[1] = 7;
		dsb(ish);
		while (!__atomic_load_n(&stored, __ATOMIC_ACQUIRE))
			cpu_relax();
		sd_assert(*(volatile unsigned long *)frames[1] == 7);
		sd_cover("CPU 1 has stored, or faulted");
	} else {
		sd_revoked((unsigned long)root, VA);
	}
	sd_context_finish();
	for (;;)
		wfi();
}
