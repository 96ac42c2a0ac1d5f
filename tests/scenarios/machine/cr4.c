// MOV to CR4: the change of PGE that flushes, and the bits that may not be set or cleared.
//
// machine: x86-64, i386
// variant: pge-off      PASS
// variant: pge-on       PASS
// variant: same         FAIL assertion
// variant: no-pge       FAIL architectural-fault #GP  --cpu-features none
// variant: no-pse       FAIL architectural-fault #GP  --cpu-features none
// variant: no-pcid      FAIL architectural-fault #GP  --cpu-features pge
// variant: pcid         FAIL architectural-fault #GP  --cpu-features pcid --machine i386
// variant: pcid         PASS                          --cpu-features pcid --machine x86-64
// variant: pcid-low     FAIL architectural-fault #GP  --cpu-features pcid --machine x86-64
// variant: pae          FAIL architectural-fault #GP                      --machine x86-64
//
// pge-off: frame 1 is cached as a global translation when PGE is cleared. pge-on: as an ordinary one when PGE is set.
//   Either change drops everything. same: a write that changes no bit drops nothing.
// no-pge, no-pse, no-pcid: the CPU lacks the feature, the bit is reserved.
// pcid: PCIDE may be set in long mode only. pcid-low: and only while CR3[11:0] is 0. pae: long mode needs PAE.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), USER_PAGE | _PAGE_GLOBAL);

	if (VARIANT(pge_off))
		set_cr4(X86_CR4_PGE);
	paging_on(root);
	if (VARIANT(pcid_low))
		mov_to_cr3((unsigned long)root | _PAGE_PWT);
	*pte = frame(2) | USER_PAGE | _PAGE_GLOBAL;
	if (VARIANT(pge_off))
		clear_cr4(X86_CR4_PGE);
	if (VARIANT(same))
		set_cr4(0);
	if (VARIANT(no_pse))
		set_cr4(X86_CR4_PSE);
	if (VARIANT(pae))
		clear_cr4(X86_CR4_PAE);
	if (VARIANT(pcid) || VARIANT(pcid_low) || VARIANT(no_pcid))
		set_cr4(X86_CR4_PCIDE);
	if (VARIANT(pcid))
		mov_to_cr3((unsigned long)root);
	if (VARIANT(pge_on) || VARIANT(no_pge))
		set_cr4(X86_CR4_PGE);
	sd_assert(user_load(VA) == 2);
}
