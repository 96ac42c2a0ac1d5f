/* What may still be used after a descriptor has changed, or another table is loaded: the page was frame 1, is frame 2, and the
 * access must not find frame 1.
 *
 * machine: armv5
 * variant: nothing       FAIL assertion
 * variant: all           PASS
 * variant: mva           PASS
 * variant: mva-next      FAIL assertion
 * variant: switch        FAIL foreign-translation
 * variant: switch-flush  PASS
 * variant: flush-switch  FAIL foreign-translation
 * variant: cache         FAIL assertion
 * variant: table         PASS
 * variant: section       PASS
 *
 * all, mva: MCR to c8. mva-next: of another page. switch: a write to the translation table base removes nothing, and there are
 *   no tags. switch-flush: as cpu_switch_mm of the ARM926 does. flush-switch: in the other order translations of the old table
 *   may be made in between. cache: operations on the caches remove nothing from the TLB.
 * table: the coarse table is replaced by another, and the page invalidated: the address of the old table is not cached.
 * section: invalidated by another address in it.
 */
#include "tables.h"

SCENARIO
{
	desc_t *root = new_root(), *other = new_root(), *pte = map(root, VA, frame(1), USER_PAGE);
	const unsigned long two = frame(2);
	desc_t *spare = coarse[3];

	map(root, NEXT, frame(3), USER_PAGE);
	map(other, VA, two, USER_PAGE);
	spare[VA / PAGE_SIZE % 256] = two | USER_PAGE;
	big[0] = 1;
	big[SECTION_SIZE / sizeof(unsigned)] = 2;
	*first(root, SECTION_VA) = (unsigned long)big | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE);
	translation_on(root);

	if (VARIANT(flush_switch))
		mcr_tlb_invalidate_all();
	if (VARIANT(switch) || VARIANT(switch_flush) || VARIANT(flush_switch))
		mcr_ttbr(other);
	else if (VARIANT(table))
		set_desc(first(root, VA), (unsigned long)spare | ARM_L1_COARSE);
	else if (VARIANT(section))
		set_desc(first(root, SECTION_VA),
			 ((unsigned long)big + SECTION_SIZE) | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE));
	else
		set_desc(pte, two | USER_PAGE);

	if (VARIANT(all) || VARIANT(switch_flush))
		mcr_tlb_invalidate_all();
	if (VARIANT(mva) || VARIANT(table))
		mcr_tlb_invalidate_mva(VA);
	if (VARIANT(mva_next))
		mcr_tlb_invalidate_mva(NEXT);
	if (VARIANT(section)) {
		mcr_tlb_invalidate_mva(SECTION_VA + 0x5000);
		sd_assert(user_load(SECTION_VA) == 2);
		return;
	}
	if (VARIANT(cache)) {
		mcr_cache(0x70, 0);
		mcr_cache(0xa4, 0);
	}
	sd_assert(user_load(VA) == 2);
}
