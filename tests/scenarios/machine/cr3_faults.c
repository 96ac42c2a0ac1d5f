// The operand of MOV to CR3.
//
// variant: bit63       FAIL architectural-fault #GP
// variant: reserved    FAIL architectural-fault #GP
// variant: reads-zero  PASS  --cpu-features pcid
//
// bit63: without CR4.PCIDE the bit is reserved. reserved: bit 55 always is.
// reads-zero: with CR4.PCIDE bit 63 asks for something and is not kept.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();

	map(root, VA, frame(1), USER_PAGE);
	paging_on(root);
	if (VARIANT(bit63))
		mov_to_cr3((unsigned long)root | X86_CR3_PCID_NOFLUSH);
	if (VARIANT(reserved))
		mov_to_cr3((unsigned long)root | 1ul << 55);
	if (VARIANT(reads_zero)) {
		set_cr4(X86_CR4_PCIDE);
		mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
		sd_assert(mov_from_cr3() == ((unsigned long)root | 1));
	}
	sd_assert(user_load(VA) == 1);
}
