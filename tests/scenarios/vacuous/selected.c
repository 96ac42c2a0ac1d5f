// A property that was asked for by name, and that nothing put to the test.
//
// variant: expects   PASS     --property wrong-page-table
// variant: silent    VACUOUS  --property wrong-page-table
// variant: silent    PASS
// variant: silent    VACUOUS  --property revoked-translation
// variant: silent    VACUOUS  --property freed-page,page-size-conflict
// variant: silent    PASS     --property page-size-conflict
// variant: silent    VACUOUS  --property assertion
// variant: silent    VACUOUS  --property supervisor-under-user-tag
// variant: kernel    VACUOUS  --property wrong-page-table
//
// silent: an access, and no word about what it is expected to run on, what was revoked, freed, or user mode's tag. One of
//   two selected properties that is not evaluated is enough. By default, with nothing asked for by name, it is a PASS of
//   what was evaluated: page-size-conflict and foreign-translation.
// expects: with sd_expect_root(). kernel: with it, but the access is not user mode's.
#include "../machine/tables.h"

SCENARIO
{
	pte_t *root = new_table();

	map(root, VA, frame(1), USER_PAGE);
	if (!VARIANT(silent))
		sd_expect_root(sd_context_self(), (unsigned long)root);
	paging_on(root);
	if (VARIANT(kernel))
		kernel_load(VA);
	else
		user_load(VA);
}
