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

# A flush of one's own that nobody gets to.
expect 4 check "$source/tests/scenarios/vacuous/no_invalidation.c" --variant never-called
says out 'invalidations never executed, of: __flush_tlb'
done_testing
