/* Write-protecting a page whose dirty state the hardware keeps (TCR_EL1.HA and HD). CPU 1 stores to the page, which is
 * writable-clean; CPU 0 takes the right away and has to know afterwards whether the page was written.
 *
 * machine: arm64
 * cpus: 2
 * variant: plain           FAIL assertion --cpu-features haf,hafdbs
 * variant: exchange        PASS --cpu-features haf,hafdbs
 * variant: exchange-no-dsb FAIL assertion --cpu-features haf,hafdbs
 *
 * plain: a load, then a store: what the hardware has written in between (AP[2] = 0: dirty) is overwritten, and nobody knows that
 *   the page is dirty. exchange: a compare-and-exchange fails then, and is tried again (Arm ARM, D8.5.2: the hardware's update is
 *   an atomic read-modify-write of the descriptor). After TLBI and DSB the store is in memory, or has faulted.
 * exchange-no-dsb: without the DSB behind the TLBI the store, whose dirty state was not in the descriptor in time, may still come:
 *   or it waits in CPU 1's buffer. The descriptor says clean where it was dirty before; here: the contents change after they were
 *   looked at.
 */
#include "tables.h"

#define CLEAN (USER_PAGE | PTE_RDONLY | PTE_DBM | PTE_UXN)

static pte_t *root, *pte;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_PERMISSION | 3));
	sd_context_finish();
	for (;;)
		wfi();
}

static void on(void)
{
	write_sysreg((unsigned long)root | TTBR_ASID(1), ttbr0_el1);
	write_sysreg(1ul << 23 | TCR_EL1_HA | TCR_EL1_HD, tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

static void writer(void *unused)
{
	(void)unused;
	on();
	user_store(VA, 5);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	volatile unsigned long *page;
	pte_t old, seen;

	int dirty;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	page = (volatile unsigned long *)frame(1);
	pte = map(root, VA, (unsigned long)page, CLEAN);
	sd_cpu_start(1, writer, 0, "writer");
	old = __atomic_load_n(pte, __ATOMIC_RELAXED);
	if (VARIANT(plain)) {
		set_pte(pte, (old | PTE_RDONLY) & ~PTE_DBM);
	} else {
		while (!__atomic_compare_exchange_n(pte, &old, (old | PTE_RDONLY) & ~PTE_DBM, 0, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED))
			;
	}
	dirty = !(old & PTE_RDONLY);
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	if (!VARIANT(exchange_no_dsb))
		dsb(ish);
	seen = *page;
	if (VARIANT(exchange_no_dsb)) {
		dsb(ish);
		sd_assert(seen == *page);
	} else {
		sd_assert(dirty == (seen == 5));
	}
	if (dirty)
		sd_cover("dirty");
	sd_context_finish();
	for (;;)
		wfi();
}
