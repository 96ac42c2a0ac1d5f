# What a passing variant needs, on scenarios whose answers follow from the manual.
. "$(dirname "$0")/lib.sh" "$@"

# Store buffering: 0, 0 is possible as soon as one of the two CPUs has no fence between its store and its load (SDM 3,
# 8.2.3.4). CPU 0 has two in a row, with no store
# between them: each is redundant because of the other.
cat >sb.c <<'C'
// cpus: 2
// variant: fenced PASS
#include <shootdown/x86.h>
static volatile unsigned long x, y, r0, r1, done;
static void other(void *unused)
{
	(void)unused;
	y = 1;
	mfence();
	r1 = x;
	done = 1;
	sd_context_finish();
	for (;;)
		hlt();
}
SCENARIO
{
	sd_cpu_start(1, other, 0, "P1");
	x = 1;
	mfence();
	mfence();
	r0 = y;
	while (!done)
		pause();
	sd_assert(r0 || r1);
}
C
expect 0 necessary sb.c --variant fenced
says out 'sb.c:9 other +mfence \(barrier\) +needed: assertion'
says out 'sb.c:20 sd_scenario +mfence \(barrier\) +redundant here$'
says out 'sb.c:21 sd_scenario +mfence \(barrier\) +redundant here$'
# Each of the two alone is redundant; both together are not.
expect 0 check sb.c --leave-out sb.c:20
says out 'left out: sb.c:20'
expect 1 check sb.c --leave-out sb.c:20 --leave-out mfence@sb.c:21
says out 'sd_scenario: left out: .*sb.c:20'
replay=$(sed -n 's/^replay: //p' out)
(eval "$replay") >replayed 2>err
[ $? = 1 ] || fail "the trace does not replay: $replay"
# What is never executed cannot have been left out.
expect 4 check sb.c --leave-out sb.c:1
says out 'nothing was left out'
expect 2 check sb.c --leave-out nonsense

# The dying task's flush: preemption is off around the read and the write of CR3. With interrupts off as well no timer
# can come, so each of the two is redundant because of the other.
cat >flush.c <<'C'
// variant: guard PASS
// variant: both  PASS
// variant: none  FAIL wrong-page-table
#define KIT_HAVE___FLUSH_TLB
#include <kit/kernel.h>
static inline void __flush_tlb(void)
{
	unsigned long flags = 0;

	if (VARIANT(both))
		local_irq_save(flags);
	if (!VARIANT(none))
		preempt_disable();
	mov_to_cr3(mov_from_cr3());
	if (!VARIANT(none))
		preempt_enable();
	if (VARIANT(both))
		local_irq_restore(flags);
}
static void flusher(void *arg)
{
	for (;;)
		__flush_tlb();
}
static void user_task(void *arg)
{
	for (;;)
		user_load(USER_PAGE(0));
}
SCENARIO
{
	kthread_run(flusher, NULL, "flusher");
	spawn("A", mm_create("A", 1), user_task, NULL);
}
C
expect 0 necessary flush.c --variant guard
says out 'flush.c:13 __flush_tlb +preempt \(guard\) in preempt_disable +needed: wrong-page-table'
says out 'flush.c:14 __flush_tlb +mov-to-cr3 \(flush\) +redundant here$'
replay=$(sed -n 's/^ *replay: //p' out | head -1)
(eval "$replay") >replayed 2>err
[ $? = 1 ] || fail "the trace does not replay: $replay"
expect 0 necessary flush.c --variant both
says out 'flush.c:13 .*preempt_disable +redundant here$'
says out 'flush.c:11 __flush_tlb +cli \(interrupts off\) +redundant here$'
expect 1 check flush.c --variant both --leave-out preempt@flush.c:13 --leave-out cli@flush.c:11
expect 0 necessary flush.c --variant guard --format json
says out '"finding": "needed"'
says out '"leave_out": "preempt@@kit/preempt.h:[0-9]+@flush.c:13"'
# Only of a case that passes.
expect 1 necessary flush.c --variant none
says out 'Only of a case that passes'
done_testing
