// livelock: a task that faults for ever, and loops that are none.
//
// machine: x86-64, i386
// options: --property livelock
// variant: faults      FAIL livelock "any scheduler"
// variant: mapped      PASS
// variant: third-time  PASS
// variant: stale       PASS
// variant: interrupted FAIL livelock "any scheduler"
//
// The page is not present, and the task accesses it.
// faults: the handler returns without doing anything. mapped: it maps the page. third-time: it maps it at the third
//   fault: a loop that ends.
// stale: the page is read-only and made writable without a flush. The store may fault on the cached translation, once:
//   the fault removes it, so no second one follows, and the handler that only returns is right.
// interrupted: as faults, with interrupts on and a timer whose handler does nothing: a fair timer would not help.
#include "../machine/tables.h"

#define TIMER 0x20

static pte_t *pte;
static unsigned faults;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (VARIANT(mapped) || (VARIANT(third_time) && ++faults == 3))
		*pte = frame(1) | USER_PAGE;
}

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

SCENARIO
{
	pte_t *root = new_table();

	sd_set_vector(X86_TRAP_PF, page_fault);
	pte = entry(root, 1, VA);
	if (VARIANT(stale))
		*pte = (frame(1) | USER_PAGE) & ~_PAGE_RW;
	paging_on(root);
	if (VARIANT(stale))
		*pte |= _PAGE_RW;
	if (VARIANT(interrupted)) {
		sd_set_vector(TIMER, timer);
		sd_timer(TIMER);
		sti();
	}
	user_store(VA, 1);
	cli();
}
