// architectural-fault: a fault that nothing handles.
//
// variant: ud       FAIL architectural-fault #UD
// variant: gp       FAIL architectural-fault #GP
// variant: de       FAIL architectural-fault #DE
// variant: pf       FAIL architectural-fault #PF
// variant: handled  PASS
// variant: invpcid  FAIL architectural-fault #UD   --cpu-features pcid,pge
// variant: invpcid  PASS                           --cpu-features pcid,invpcid,pge
//
// ud: UD2. gp: bit 63 of CR3 without CR4.PCIDE. de: a division by zero. pf: an access to a page that is not mapped.
// handled: the same access, with a handler that maps the page.
// invpcid: on a CPU without the instruction, and on one that has it.
#include "../machine/tables.h"

static pte_t *root;
static volatile unsigned one = 1, zero;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	map(root, VA, frame(1), USER_PAGE);
}

SCENARIO
{
	root = new_table();
	if (VARIANT(handled))
		sd_set_vector(X86_TRAP_PF, page_fault);
	paging_on(root);
	if (VARIANT(ud))
		ud2();
	else if (VARIANT(gp))
		mov_to_cr3((unsigned long)root | X86_CR3_PCID_NOFLUSH);
	else if (VARIANT(de))
		zero = one / zero;
	else if (VARIANT(invpcid))
		invpcid(0, 0, VA);
	else
		sd_assert(user_load(VA) == 1);
	sd_assert(1);
}
