/* A page is freed and given out again while a CPU may still reach it as it was: the flush comes after that, or is not enough.
 *
 * machine: arm64
 * variant: not-flushed   FAIL freed-page
 * variant: last-level    FAIL freed-page
 * variant: last-level    FAIL freed-page  --cpus 2 -D SECOND_CPU
 * variant: range         FAIL freed-page
 * variant: other-half    FAIL freed-page
 * variant: all-levels    PASS
 * variant: before        PASS
 * variant: mapped-again  PASS
 * variant: block         FAIL freed-page
 * variant: no-isb        FAIL freed-page
 * variant: isb           PASS
 *
 * The table that maps the page is taken away; the page is freed, and given out again. What an access finds then, it finds
 * through a translation from before the page was freed, and the page has another owner.
 *
 * last-level: VALE1IS removes the translation and leaves the intermediate entry (D8.17.5), by which a walk finds the same
 * translation again in the table that nobody has cleared. range: RVALE1IS. other-half: the kernel's tables, under TTBR1, have
 * the page at the same place of their half, which is another address. all-levels: VAE1IS, nothing is left. before: the
 * flush of the last level comes before the page is freed, and that of all levels before it is given out. mapped-again: the same
 * table is put back, so that a walk from the root gives the page: it is mapped for its owner. block: of a block of 2 MiB
 * the sixth page. no-isb: a TLBI of all, complete, but the CPU goes on using the intermediate entry until it synchronises.
 */
#include "tables.h"

#define BLOCK VARIANT(block)
#define SYNC (VARIANT(no_isb) || VARIANT(isb))

static pte_t *root;
static unsigned long again;

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)esr;
	(void)from_user;
	sd_context_finish();
	for (;;)
		wfi();
}

static void user(void *unused)
{
	(void)unused;
	translation_on(root, 1);
	while (!__atomic_load_n(&again, __ATOMIC_ACQUIRE))
		cpu_relax();
	user_load(VA);
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	static unsigned long block[512 * 512] __attribute__((aligned(1 << 21)));
	unsigned long page = BLOCK ? (unsigned long)block + 5 * PAGE_SIZE : frame(1);
	unsigned long va = BLOCK ? VA + 5 * PAGE_SIZE : VA;
	pte_t *top, before;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	map(root, VA, frame(1), USER_PAGE);
	if (BLOCK)
		*entry(root, 2, VA) = (unsigned long)block | (USER_PAGE & ~PTE_TYPE_TABLE);
	sd_page_in_use(page);
#ifdef SECOND_CPU
	sd_cpu_start(1, user, 0, "user");
#else
	if (VARIANT(other_half)) {
		pte_t *kernel = new_table();

		map(kernel, VA, page, KERNEL_PAGE);
		write_sysreg((unsigned long)kernel, ttbr1_el1);
		write_sysreg((unsigned long)root | TTBR_ASID(1), ttbr0_el1);
		dsb(ishst);
		isb();
		write_sysreg(SCTLR_EL1_M, sctlr_el1);
		isb();
	} else {
		translation_on(root, 1);
	}
#endif
	top = entry(root, BLOCK ? LEVELS : 2, VA);
	before = *top;
	set_pte(top, 0);
	dsb(ishst);
	if (VARIANT(before)) {
		tlbi(VALE1IS, tlbi_va(va, 1));
		dsb(ish);
		isb();
	}
	if (SYNC) {
		tlbi(VMALLE1IS, 0);
		dsb(ish);
	}
	sd_page_freed(page);
	if (VARIANT(before)) {
		tlbi(VAE1IS, tlbi_va(va, 1));
		dsb(ish);
		isb();
	}
	sd_page_in_use(page);
	if (VARIANT(last_level) || VARIANT(other_half) || BLOCK)
		tlbi(VALE1IS, tlbi_va(va, 1));
	if (VARIANT(range))
		tlbi(RVALE1IS, TTBR_ASID(1) | 1ul << 46 | VA >> 12);
	if (VARIANT(all_levels) || VARIANT(mapped_again))
		tlbi(VAE1IS, tlbi_va(va, 1));
	dsb(ish);
	if (VARIANT(mapped_again))
		set_pte(top, before);
	if (!VARIANT(no_isb))
		isb();
	__atomic_store_n(&again, 1ul, __ATOMIC_RELEASE);
	sd_cover("given out again");
#ifndef SECOND_CPU
	kernel_load(va);
#endif
	sd_context_finish();
	for (;;)
		wfi();
}
