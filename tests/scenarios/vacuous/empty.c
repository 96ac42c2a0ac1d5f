// A scenario that does nothing, in several ways, is no proof of anything.
//
// machine: x86-64, i386
// variant: empty     VACUOUS
// variant: computes  VACUOUS
// variant: root      VACUOUS
// variant: invlpg    VACUOUS
// variant: spins     VACUOUS
//
// computes: arithmetic and memory, which every program has. root: a table is loaded and nothing goes through it.
// invlpg: something is invalidated that nobody ever uses. spins: a daemon that may wait for ever, and does.
// In all of them only properties are evaluated that any code evaluates.
#include "../machine/tables.h"

static volatile unsigned word;

SCENARIO
{
	pte_t *root = new_table();

	if (VARIANT(computes))
		word = word * 3 + 1;
	if (VARIANT(root) || VARIANT(invlpg)) {
		map(root, VA, frame(1), USER_PAGE);
		paging_on(root);
	}
	if (VARIANT(invlpg))
		invlpg(VA);
	if (VARIANT(spins)) {
		sd_context_daemon(sd_context_self());
		hlt();
	}
}
