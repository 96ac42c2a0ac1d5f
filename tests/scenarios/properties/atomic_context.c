// atomic-context: checked code reports it, with sd_violation(); here a scheduler of a few lines, in the kit its own.
//
// variant: atomic   FAIL atomic-context
// variant: balanced PASS
//
// atomic: the task schedules with its preempt count up. balanced: it has let go of it.
#include <shootdown/x86.h>

static volatile unsigned preempt_count;

static void schedule(void)
{
	if (preempt_count)
		sd_violation("atomic-context", "scheduling while atomic");
	sd_cover("scheduled");
}

SCENARIO
{
	preempt_count++;
	if (VARIANT(atomic))
		schedule();
	preempt_count--;
	sd_assert(preempt_count == 0);
	schedule();
}
