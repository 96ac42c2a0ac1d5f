// PCIDs: what a MOV to CR3 flushes, what it keeps, and that only the current PCID fills.
//
// options: --cpu-features pcid,pge
// variant: flush         PASS
// variant: noflush       FAIL assertion
// variant: other         FAIL assertion
// variant: back          PASS
// variant: inactive      PASS
// variant: global        FAIL assertion
// variant: pge           PASS
// variant: pcide-off     PASS
//
// In all of them PCID 1 has frame 1 cached when the entry is changed to frame 2.
// flush: PCID 1 is loaded with bit 63 clear. noflush: with bit 63 set, so frame 1 may still be cached.
// other: PCID 2 is loaded with bit 63 clear: that is the operand's PCID and the only one flushed; back in PCID 1 without
//   a flush frame 1 may be there. back: the same, but the way back flushes the operand's PCID 1.
// inactive: while PCID 2 is current the entry holds frame 2 and then frame 3. Nothing may be cached for PCID 1 meanwhile,
//   so back there an access finds frame 1 or 3, never 2.
// global: the translation was made under PCID 1 as a global one, and may be used under PCID 2 and another root.
// pge: switching CR4.PGE off drops all PCIDs' translations. pcide-off: clearing CR4.PCIDE drops everything (PCID 0 here,
//   which is what is used from then on).
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table(), *other = new_table();
	unsigned long flags = USER_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0);
	pte_t *pte = map(root, VA, frame(1), flags);
	unsigned long pcid = VARIANT(pcide_off) ? 0 : 1;

	paging_on(root);
	set_cr4(X86_CR4_PCIDE | X86_CR4_PGE);
	mov_to_cr3((unsigned long)root | pcid);
	if (VARIANT(inactive)) {
		mov_to_cr3((unsigned long)other | 2);
		*pte = frame(2) | flags;
		*pte = frame(3) | flags;
		mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
		sd_assert(user_load(VA) != 2);
		return;
	}
	if (VARIANT(global))
		map(other, VA, frame(2), USER_PAGE);
	else
		*pte = frame(2) | flags;
	if (VARIANT(flush))
		mov_to_cr3((unsigned long)root | 1);
	else if (VARIANT(noflush))
		mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
	else if (VARIANT(pcide_off))
		clear_cr4(X86_CR4_PCIDE);
	else if (VARIANT(back))
		mov_to_cr3((unsigned long)other | 2 | X86_CR3_PCID_NOFLUSH);
	else
		mov_to_cr3((unsigned long)other | 2);
	if (VARIANT(pge))
		clear_cr4(X86_CR4_PGE);
	if (VARIANT(other) || VARIANT(pge))
		mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
	if (VARIANT(back))
		mov_to_cr3((unsigned long)root | 1);
	sd_assert(user_load(VA) == 2);
}
