# shootdown check --coverage: lines reached and not reached.
. "$(dirname "$0")/lib.sh" "$@"

cat >lines.c <<'C'
// variant: one PASS
#include <shootdown/x86.h>
static volatile int zero, sink;
static void never(void)
{
	sink = 1;
}
SCENARIO
{
	sink = 2;
	if (zero)
		never();
	sink = 3;
	sd_assert(sink == 3);
}
C
# Line 6 is the body that is never called, 12 the call of it. Where a line holds nothing but a brace is clang's matter.
for level in 0 1; do
  expect 0 check lines.c --coverage -O $level
  says out 'coverage: lines.c: [0-9]+ of [0-9]+ lines with code reached'
  says out '^ +not reached: [0-9, -]*\b6\b'
  says out '^ +reached: [0-9, -]*\b10\b'
  lacks out '^ +reached: ([0-9]+, )*6\b'
done
expect 0 check lines.c --coverage --format json
says out '"missed"'
expect 0 check lines.c
lacks out 'coverage'
expect 0 check "$source/corpus/linux-2016-x86-up-flush" --variant fixed --coverage
says out 'kit, library and headers: [0-9]+ of [0-9]+ lines'

# Rules of the machine. Without INVLPG's rule the translation of the unmapped page stays cached, without CLI's and STI's IF
# has another value: the next state is another. CR3 is loaded before anything is cached under a PCID, and PUSHF, INVPCID
# and INVLPGB execute nowhere.
cat >rules.c <<C
// variant: one PASS
#include "$source/tests/scenarios/machine/tables.h"
SCENARIO
{
	pte_t *root = new_table(), *pte = map(root, VA, frame(1), USER_PAGE);

	paging_on(root);
	sti();
	cli();
	user_load(VA);
	*pte = 0;
	invlpg(VA);
}
C
fired() { awk '/"fired": \[/ {inside = 1; next} /\]/ {inside = 0} inside {gsub(/[ ",]/, ""); print}' out; }
expect 0 check rules.c --coverage --format json
fired >list
for rule in cli-clears-if sti-sets-if invlpg-removes-page; do says list "^$rule\$"; done
for rule in cr3-load-keeps-other-pcids pushf-reads-if invlpgb-removes-page invpcid2-removes-all; do lacks list "^$rule\$"; done
says out '"never_asked"'
expect 0 check rules.c --coverage
says out 'rules of the machine: [0-9]+ of [0-9]+ fired, [0-9]+ were asked without effect'
expect 0 check rules.c
lacks out 'rules of the machine'

# A rule whose absence has no end: INT n whose handler returns to it. That is a difference, and the run ends.
expect 0 check "$source/tests/scenarios/machine/gate.c" --variant int-off --coverage --format json
fired >list
says list '^int-n-returns-behind$'

# The time limit is looked at in the middle of a step, however long it is: interrupts are off, nobody else runs.
cat >long.c <<'C'
// variant: one BOUNDED
#include <shootdown/scenario.h>
static char buffer[0x10000];
static volatile unsigned rounds;
SCENARIO
{
	for (;;) {
		__builtin_memset(buffer, (int)rounds, sizeof(buffer));
		rounds += 1u + (unsigned char)buffer[rounds & 0xffff];
	}
}
C
expect 3 check long.c --timeout 2
says out 'time limit of 2 s'

# A flush of one's own that nobody gets to.
expect 4 check "$source/tests/scenarios/vacuous/no_invalidation.c" --variant never-called
says out 'invalidations never executed, of: __flush_tlb'
done_testing
