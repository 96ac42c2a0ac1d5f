// INVLPGB and TLBSYNC that fault, that are refused, and the nearest ones that are fine.
//
// machine: x86-64
// variant: missing       FAIL architectural-fault #UD  --cpu-features pcid
// variant: missing-sync  FAIL architectural-fault #UD  --cpu-features pcid
// variant: rax           FAIL architectural-fault #GP  --cpu-features pcid,invlpgb
// variant: ecx           FAIL architectural-fault #GP  --cpu-features pcid,invlpgb
// variant: edx           FAIL architectural-fault #GP  --cpu-features pcid,invlpgb
// variant: count         FAIL architectural-fault #GP  --cpu-features pcid,invlpgb
// variant: pcid          FAIL architectural-fault #GP  --cpu-features pcid,invlpgb
// variant: nested        UNSUPPORTED                   --cpu-features pcid,invlpgb
// variant: asid          UNSUPPORTED                   --cpu-features pcid,invlpgb
// variant: canonical     UNSUPPORTED                   --cpu-features pcid,invlpgb
// variant: fine          PASS                          --cpu-features pcid,invlpgb
//
// missing, missing-sync: the CPU has neither instruction. rax, ecx, edx: a reserved bit of each. count: one page more
// than the CPU does at once. pcid: no PCIDs without CR4.PCIDE. nested, asid: there are no guests whose translations those
// would be. canonical: what a non-canonical address does is not known here.
// fine: the nearest of each that has nothing wrong with it. TLBSYNC with nothing to wait for does not wait.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();

	map(root, VA, frame(1), USER_PAGE);
	paging_on(root);
	if (VARIANT(missing))
		invlpgb(0, 0, 0);
	if (VARIANT(missing_sync))
		tlbsync();
	if (VARIANT(rax))
		invlpgb(1ul << 6, 0, 0);
	if (VARIANT(ecx))
		invlpgb(0, 1ul << 16, 0);
	if (VARIANT(edx))
		invlpgb(0, 0, 1ul << 28);
	if (VARIANT(count))
		invlpgb(VA | X86_INVLPGB_VA, X86_INVLPGB_COUNT_MAX + 1, 0);
	if (VARIANT(pcid))
		invlpgb(X86_INVLPGB_PCID, 0, 0);
	if (VARIANT(nested))
		invlpgb(1ul << 5, 0, 0);
	if (VARIANT(asid))
		invlpgb(X86_INVLPGB_ASID, 0, 1);
	if (VARIANT(canonical))
		invlpgb((1ul << 47) | X86_INVLPGB_VA, 0, 0);
	if (VARIANT(fine)) {
		tlbsync();
		invlpgb(VA | X86_INVLPGB_VA | X86_INVLPGB_ASID, X86_INVLPGB_COUNT_MAX, 0);
		invlpgb(X86_INVLPGB_GLOBAL, 0, 0);
		set_cr4(X86_CR4_PCIDE);
		invlpgb(X86_INVLPGB_PCID, 0, 0);
		tlbsync();
	}
	sd_assert(user_load(VA) == 1);
}
