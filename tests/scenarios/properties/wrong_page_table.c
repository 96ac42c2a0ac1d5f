// wrong-page-table: user mode on another table than its context expects.
//
// machine: x86-64, i386
// variant: other       FAIL wrong-page-table
// variant: own         PASS
// variant: no-root     FAIL wrong-page-table
// variant: second-root PASS
// variant: undeclared  PASS
// variant: kernel      PASS
//
// other: the context expects A's table and runs on B's, where its page is mapped as well: no fault tells of it.
// own: it runs on A's. no-root: it has no user address space and makes a user access.
// second-root: B's table was said to be another root of A's address space.
// undeclared: nobody said what the context expects; other properties are judged, this one is not.
// kernel: an access with kernel rights on B's table is nobody's user mode.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *a = new_table(), *b = new_table();

	map(a, VA, frame(1), USER_PAGE);
	map(b, VA, frame(2), USER_PAGE);
	if (VARIANT(no_root))
		sd_expect_root(sd_context_self(), SD_NO_ROOT);
	else if (!VARIANT(undeclared))
		sd_expect_root(sd_context_self(), (unsigned long)a);
	if (VARIANT(second_root))
		sd_same_address_space((unsigned long)b, (unsigned long)a);
	paging_on(VARIANT(own) ? a : b);
	if (VARIANT(kernel))
		kernel_load(VA);
	else
		user_load(VA);
}
