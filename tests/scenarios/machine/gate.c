// Entering and leaving a handler: interrupts, INT n, faults.
//
// machine: x86-64, i386
// variant: gate         PASS
// variant: gate-sti     FAIL assertion
// variant: iret         PASS
// variant: int-off      PASS
// variant: int-behind   PASS
// variant: fault        PASS
//
// gate: a handler is entered with IF = 0, so of two pending interrupts the second waits for the return from the first.
// gate-sti: unless the handler enables interrupts itself.
// iret: after INT n IF is what it was before, 1 or 0. int-off: INT n is taken although IF is 0.
// int-behind: its handler returns to the next instruction, so it is entered once.
// fault: a page fault's handler returns to the access that faulted, which now finds what the handler mapped.
#include "tables.h"

#define VECTOR 0xf0u

static unsigned taken, depth;
static pte_t *root;

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	taken++;
	if (VARIANT(int_behind))
		sd_assert(taken == 1);
	depth++;
	sd_assert(depth == 1);
	if (VARIANT(gate_sti))
		sti();
	mov_from_cr0();
	mov_from_cr0();
	depth--;
}

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	map(root, VA, frame(1), USER_PAGE);
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_set_vector(VECTOR + 1, handler);
	sd_set_vector(X86_TRAP_PF, page_fault);
	if (VARIANT(fault)) {
		root = new_table();
		entry(root, 1, VA);
		paging_on(root);
		sd_assert(user_load(VA) == 1);
		return;
	}
	if (VARIANT(gate) || VARIANT(gate_sti)) {
		sd_raise(VECTOR);
		sd_raise(VECTOR + 1);
		sti_hlt();
		mov_from_cr0();
		return;
	}
	if (VARIANT(iret)) {
		sti();
		int_n(VECTOR);
		sd_assert(pushf() & X86_EFLAGS_IF);
		cli();
		int_n(VECTOR);
		sd_assert(!(pushf() & X86_EFLAGS_IF));
		return;
	}
	int_n(VECTOR);
	sd_assert(taken == 1);
}
