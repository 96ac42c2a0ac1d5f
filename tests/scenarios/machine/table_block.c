// A copy of several pages, of which one in the middle is a table that is in use: walks come between its words.
//
// variant: copied  FAIL assertion
// variant: masked  PASS
//
// The copy makes two pages present, one after the other. copied: the timer's handler uses both; in the middle of the
// copy the first is there and the second is not. masked: no interrupt comes until the copy is done.
#include "tables.h"

#define TIMER 0x20u

static pte_t area[3][ENTRIES] __attribute__((aligned(4096)));
static pte_t source[3][ENTRIES] __attribute__((aligned(4096)));
static unsigned first_is_there;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_assert(!first_is_there);
	cli();
	sd_exhausted("the access cannot be done again before the copy goes on");
}

static void tick(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	first_is_there = 0;
	kernel_load(VA);
	first_is_there = 1;
	kernel_load(NEXT);
}

SCENARIO
{
	pte_t *root = new_table();

	*entry(root, 2, VA) = (unsigned long)area[1] | TABLE_FLAGS;
	source[1][entry_index(1, VA)] = frame(1) | KERNEL_PAGE;
	source[1][entry_index(1, NEXT)] = frame(2) | KERNEL_PAGE;
	paging_on(root);
	sd_set_vector(X86_TRAP_PF, page_fault);
	sd_set_vector(TIMER, tick);
	sd_timer(TIMER);
	if (!VARIANT(masked))
		sti();
	__builtin_memcpy(area, source, sizeof area);
	if (VARIANT(masked))
		sti();
	mov_from_cr0(); /* behind the shadow of STI */
	cli();
}
