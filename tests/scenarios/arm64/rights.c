/* What a descriptor and the tables above it allow, how the fault is reported, and the bits that hardware keeps.
 *
 * machine: arm64
 * cpus: 1
 * variant: allowed            PASS
 * variant: block              PASS
 * variant: user-ap1           PASS
 * variant: store-ap2          PASS
 * variant: kernel-store-ap2   PASS
 * variant: fetch-uxn          PASS
 * variant: kernel-fetch-pxn   PASS
 * variant: kernel-fetch-write PASS
 * variant: table-user         PASS
 * variant: table-write        PASS
 * variant: table-uxn          PASS
 * variant: table-pxn          PASS
 * variant: invalid            PASS
 * variant: no-type-bit        PASS
 * variant: no-table           PASS
 * variant: access-flag        PASS
 * variant: flag-set           PASS
 * variant: hardware-flag      PASS --cpu-features haf
 * variant: hardware-flag-off  PASS --cpu-features haf
 * variant: dirty              PASS --cpu-features haf,hafdbs
 * variant: dirty-off          PASS --cpu-features haf,hafdbs
 * variant: wrong-code         FAIL assertion
 *
 * allowed, block: a page and a 2 MiB block with all rights: loads, stores and fetches of EL0, loads of EL1; no fault.
 * Of the others each takes one thing away and makes the access that needs it; it has to fault, with this exception class
 * and status (Arm ARM, D8.4, D23.2):
 *   user-ap1 (AP[1] = 0), store-ap2 and kernel-store-ap2 (AP[2] = 1), fetch-uxn, kernel-fetch-pxn, kernel-fetch-write
 *   (EL1 executes nothing that EL0 can write): permission, level 3. table-*: the same by APTable, UXNTable, PXNTable of
 *   the level above. invalid (all but bit 0 set), no-type-bit (bit 1 of level 3): translation, level 3. no-table:
 *   translation, level 2. access-flag: AF = 0.
 * flag-set: AF = 0 faults, the handler sets it, without a TLBI: what gave the fault is not cached, so after DSB and the
 *   return, which synchronises, the access goes through. hardware-flag: with TCR_EL1.HA it does not fault, and AF is 1 in
 *   memory. hardware-flag-off: without HA it does. dirty: a store through a writable-clean descriptor (AP[2] = 1, DBM = 1)
 *   with HD clears AP[2]. dirty-off: without HD it faults. wrong-code asserts another class than store-ap2's.
 */
#include "tables.h"

#define BLOCK_BYTES 0x200000ul
#define STORE_AP2 (VARIANT(store_ap2) || VARIANT(wrong_code))
#define NO_FAULT (VARIANT(allowed) || VARIANT(block) || VARIANT(hardware_flag) || VARIANT(dirty))

static pte_t *pte;
static unsigned faults;

static unsigned long expected_class(void)
{
	if (VARIANT(kernel_store_ap2) || VARIANT(wrong_code))
		return ESR_EC_DATA_ABORT_EL1;
	if (VARIANT(fetch_uxn) || VARIANT(table_uxn))
		return ESR_EC_INSTRUCTION_ABORT_EL0;
	if (VARIANT(kernel_fetch_pxn) || VARIANT(kernel_fetch_write) || VARIANT(table_pxn))
		return ESR_EC_INSTRUCTION_ABORT_EL1;
	return ESR_EC_DATA_ABORT_EL0;
}

static unsigned long expected_status(void)
{
	if (VARIANT(invalid) || VARIANT(no_type_bit))
		return ESR_FSC_TRANSLATION | 3;
	if (VARIANT(no_table))
		return ESR_FSC_TRANSLATION | 2;
	if (VARIANT(access_flag) || VARIANT(flag_set) || VARIANT(hardware_flag_off))
		return ESR_FSC_ACCESS_FLAG | 3;
	return ESR_FSC_PERMISSION | 3;
}

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	int store = STORE_AP2 || VARIANT(kernel_store_ap2) || VARIANT(table_write) || VARIANT(dirty_off);

	(void)from_user;
	sd_assert(!NO_FAULT);
	sd_assert(ESR_EL1_EC(esr) == expected_class());
	sd_assert(ESR_FSC(esr) == expected_status());
	sd_assert(((esr & ESR_WNR) != 0) == store);
	sd_assert(read_sysreg(far_el1) == VA);
#if !NO_FAULT && !VARIANT(wrong_code)
	sd_cover("the access faults");
#endif
	if (VARIANT(flag_set)) {
		sd_assert(faults++ == 0);
		set_pte(pte, *pte | PTE_AF);
		dsb(ishst);
		return;
	}
	sd_context_finish();
	for (;;)
		wfi();
}

static unsigned long leaf(void)
{
	if (VARIANT(user_ap1))
		return USER_PAGE & ~PTE_USER;
	if (STORE_AP2 || VARIANT(kernel_store_ap2))
		return USER_READONLY;
	if (VARIANT(fetch_uxn))
		return USER_PAGE | PTE_UXN;
	if (VARIANT(kernel_fetch_pxn))
		return USER_READONLY | PTE_PXN;
	if (VARIANT(table_pxn))
		return USER_READONLY;
	if (VARIANT(invalid))
		return USER_PAGE & ~PTE_VALID;
	if (VARIANT(no_type_bit))
		return USER_PAGE & ~PTE_TYPE_TABLE;
	if (VARIANT(access_flag) || VARIANT(flag_set) || VARIANT(hardware_flag) || VARIANT(hardware_flag_off))
		return USER_PAGE & ~PTE_AF;
	if (VARIANT(dirty) || VARIANT(dirty_off))
		return USER_READONLY | PTE_DBM;
	return USER_PAGE;
}

static void table_bits(pte_t *table)
{
	if (VARIANT(table_user))
		*table |= 1ul << 61;
	if (VARIANT(table_write))
		*table |= 1ul << 62;
	if (VARIANT(table_uxn))
		*table |= 1ul << 60;
	if (VARIANT(table_pxn))
		*table |= 1ul << 59;
	if (VARIANT(no_table))
		*table = 0;
}

SCENARIO
{
	pte_t *root = new_table();
	unsigned long page = frame(1), va = VA;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	if (VARIANT(block)) {
		*entry(root, 2, VA) = (page & ~(BLOCK_BYTES - 1)) | (USER_PAGE & ~PTE_TYPE_TABLE);
		va = VA + page % BLOCK_BYTES;
	} else {
		pte = map(root, VA, page, leaf());
		table_bits(entry(root, 2, VA));
	}
	translation_on_with(root, 1,
			    VARIANT(hardware_flag) ? TCR_EL1_HA
			    : VARIANT(dirty)       ? TCR_EL1_HA | TCR_EL1_HD
						   : 0);
	if (VARIANT(allowed) || VARIANT(block)) {
		sd_assert(user_load(va) == 1);
		user_store(va, 5);
		sd_assert(kernel_load(va) == 5);
		user_fetch(va);
	} else if (STORE_AP2 || VARIANT(table_write) || VARIANT(dirty) || VARIANT(dirty_off)) {
		user_store(va, 1);
	} else if (VARIANT(kernel_store_ap2)) {
		kernel_store(va, 1);
	} else if (VARIANT(fetch_uxn) || VARIANT(table_uxn)) {
		user_fetch(va);
	} else if (VARIANT(kernel_fetch_pxn) || VARIANT(kernel_fetch_write) || VARIANT(table_pxn)) {
		kernel_fetch(va);
	} else {
		user_load(va);
	}
	sd_assert(NO_FAULT || VARIANT(flag_set));
	if (VARIANT(hardware_flag))
		sd_assert(*(volatile pte_t *)pte & PTE_AF);
	if (VARIANT(dirty))
		sd_assert(!(*(volatile pte_t *)pte & PTE_RDONLY));
#if NO_FAULT || VARIANT(flag_set)
	sd_cover("the access is made");
#endif
}
