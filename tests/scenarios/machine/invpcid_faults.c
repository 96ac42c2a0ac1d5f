// INVPCID that faults, and the nearest one that does not.
//
// machine: x86-64, i386
// variant: missing     FAIL architectural-fault #UD  --cpu-features pcid
// variant: type        FAIL architectural-fault #GP  --cpu-features pcid,invpcid
// variant: descriptor  FAIL architectural-fault #GP  --cpu-features pcid,invpcid
// variant: pcid        FAIL architectural-fault #GP  --cpu-features pcid,invpcid
// variant: address     FAIL architectural-fault #GP  --machine x86-64  --cpu-features pcid,invpcid
// variant: fine        PASS  --cpu-features pcid,invpcid
//
// missing: the CPU has PCIDs, but not the instruction. type: 4 is none. descriptor: bits above the PCID must be 0.
// pcid: with CR4.PCIDE = 0 types 0 and 1 take PCID 0 only. address: type 0 wants a canonical one.
// fine: PCID 0 and a good address, types 0 to 3, need no CR4.PCIDE.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();

	map(root, VA, frame(1), USER_PAGE);
	paging_on(root);
	if (VARIANT(missing))
		invpcid(2, 0, 0);
	if (VARIANT(type))
		invpcid(4, 0, VA);
	if (VARIANT(descriptor))
		invpcid(2, 0x1000, VA);
	if (VARIANT(pcid))
		invpcid(1, 1, VA);
#ifdef __x86_64__
	if (VARIANT(address))
		invpcid(0, 0, 1ul << 47);
#endif
	if (VARIANT(fine))
		for (unsigned long type = 0; type < 4; type++)
			invpcid(type, 0, VA);
	sd_assert(user_load(VA) == 1);
}
