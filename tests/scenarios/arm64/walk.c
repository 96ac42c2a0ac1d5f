/* Descriptors: what is cached and what faults, rights of pages and tables, what the hardware may set.
 *
 * machine: arm64
 * variant: plain           PASS
 * variant: invalid         PASS
 * variant: access-flag     PASS
 * variant: global          FAIL assertion
 * variant: not-global      PASS
 * variant: block           PASS
 * variant: page-type       PASS
 * variant: table-user      PASS
 * variant: table-write     PASS
 * variant: table-exec      PASS
 * variant: ap1             PASS
 * variant: ap2             PASS
 * variant: uxn             PASS
 * variant: pxn             PASS
 * variant: user-writable   PASS
 * variant: haf             PASS --cpu-features asid8,haf
 * variant: dirty           PASS --cpu-features asid8,hafdbs
 * variant: upper           PASS
 *
 * Each variant makes one access. In those that fault the handler checks ESR_EL1, and the access must not succeed; in the
 * others it must. What is expected follows from the descriptor alone: Arm ARM, D8.3 to D8.5.
 * invalid: bit 0 clear, the rest as of a page. access-flag: AF clear, nobody sets it. page-type: level 3 without bit 1.
 * global, not-global: VA was mapped when the last ASID was loaded; now nothing maps it. A translation with nG = 0 may be
 *   found all the same (the assertion that it is not fails), one with nG = 1 not.
 * block: a level 2 block. table-user, table-write, table-exec: APTable[0], APTable[1], UXNTable of the table above.
 * ap1, ap2, uxn, pxn: the page's own. user-writable: EL1 executes nothing that EL0 can write.
 * haf: AF is set by the walk. dirty: AP[2] of a writable-clean page is cleared by the store. upper: TTBR1's.
 */
#include "tables.h"

static unsigned long big[512] __attribute__((aligned(0x200000)));
static pte_t *root, *kernel, *pte;

#define FETCH (VARIANT(table_exec) || VARIANT(uxn) || VARIANT(pxn) || VARIANT(user_writable))
#define STORE (VARIANT(table_write) || VARIANT(ap2) || VARIANT(dirty))
#define KERNEL (VARIANT(pxn) || VARIANT(user_writable) || VARIANT(upper))
#define SUCCEEDS \
	(VARIANT(plain) || VARIANT(block) || VARIANT(haf) || VARIANT(dirty) || VARIANT(upper))

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	unsigned long ec = FETCH ? ESR_EC_INSTRUCTION_ABORT_EL0 : ESR_EC_DATA_ABORT_EL0;
	unsigned long fsc = ESR_FSC_PERMISSION | 3;

	(void)from_user;
	if (VARIANT(invalid) || VARIANT(page_type) || VARIANT(global) || VARIANT(not_global))
		fsc = ESR_FSC_TRANSLATION | 3;
	if (VARIANT(access_flag))
		fsc = ESR_FSC_ACCESS_FLAG | 3;
	sd_assert(!SUCCEEDS);
	sd_assert(ESR_EL1_EC(esr) == (KERNEL ? ec + 1 : ec));
	sd_assert(ESR_FSC(esr) == fsc);
	sd_assert(!(esr & ESR_WNR) == !STORE);
	sd_cover("as expected");
	sd_context_finish();
	for (;;)
		wfi();
}

static unsigned long flags(void)
{
	unsigned long all = USER_PAGE | PTE_UXN;

	if (VARIANT(invalid))
		all &= ~PTE_VALID;
	if (VARIANT(access_flag) || VARIANT(haf))
		all &= ~PTE_AF;
	if (VARIANT(global))
		all &= ~PTE_NG;
	if (VARIANT(page_type))
		all &= ~PTE_TYPE_TABLE;
	if (VARIANT(ap1))
		all &= ~PTE_USER;
	if (VARIANT(ap2))
		all |= PTE_RDONLY;
	if (VARIANT(dirty))
		all |= PTE_RDONLY | PTE_DBM;
	if (VARIANT(table_exec) || VARIANT(user_writable))
		all &= ~PTE_UXN;
	if (VARIANT(pxn))
		all = (all | PTE_PXN) & ~PTE_USER;
	return all;
}

SCENARIO
{
	pte_t *table;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	root = new_table();
	kernel = new_table();
	pte = map(root, VA, frame(1), flags());
	table = entry(root, 2, VA);
	if (VARIANT(table_user))
		*table |= 1ul << 61;
	if (VARIANT(table_write))
		*table |= 1ul << 62;
	if (VARIANT(table_exec))
		*table |= 1ul << 60;
	if (VARIANT(block)) {
		big[0] = 1;
		*table = (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE);
	}
	map(kernel, KERNEL_VA, frame(1), KERNEL_PAGE | PTE_NG);
	dsb(ishst);
	write_sysreg((unsigned long)kernel, ttbr1_el1);
	write_sysreg((unsigned long)root | TTBR_ASID(1), ttbr0_el1);
	write_sysreg((VARIANT(haf) || VARIANT(dirty) ? TCR_EL1_HA : 0) | (VARIANT(dirty) ? TCR_EL1_HD : 0), tcr_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	if (VARIANT(global) || VARIANT(not_global)) {
		pte_t *other = new_table();

		*entry(other, 1, VA) = 0;
		dsb(ishst);
		write_sysreg((unsigned long)other | TTBR_ASID(2), ttbr0_el1);
		isb();
	}
	if (FETCH && KERNEL)
		kernel_fetch(VA);
	else if (FETCH)
		user_fetch(VA);
	else if (STORE)
		user_store(VA, 5);
	else if (VARIANT(upper))
		sd_assert(kernel_load(KERNEL_VA) == 1);
	else
		sd_assert(user_load(VA) == 1);
	sd_assert(SUCCEEDS);
	if (VARIANT(haf))
		sd_assert(*(volatile pte_t *)pte & PTE_AF);
	if (VARIANT(dirty))
		sd_assert(!(*(volatile pte_t *)pte & PTE_RDONLY));
	sd_cover("as expected");
	sd_context_finish();
}
