# shootdown cost: counts that are known by argument, bounds, spans, exit codes.
. "$(dirname "$0")/lib.sh" "$@"

# row PATTERN VALUES: a line of the table, with these values at its end.
row() { says out "^ +$1 +$2\$"; }

# Two INVLPGs, and a fence that a choice decides on, inside the operation; a fence behind it. Only the whole execution
# has that one, and it is complete: the body returns.
cat >straight.c <<'C'
// variant: plain    PASS
// variant: choosing PASS
#include <shootdown/x86.h>
SCENARIO
{
	sd_operation_begin("two pages");
	invlpg(0x1000);
	if (VARIANT(choosing) && sd_choose(2))
		mfence();
	invlpg(0x2000);
	sd_operation_end("two pages");
	mfence();
	sd_assert(1);
}
C
expect 0 cost straight.c
says out '^operation "two pages" +plain +choosing$'
row 'INVLPG +a page, this CPU +CPU0' '2 +2'
row 'MFENCE +CPU0' '0 +0\.\.1'
lacks out 'the whole execution'
expect 0 cost straight.c --whole --variant choosing --variant plain
says out '^the whole execution +choosing +plain$'
row 'MFENCE +CPU0' '1\.\.2 +1'
expect 0 cost straight.c --variant choosing --format json
tr -d ' \n' <out >json
says json '"counted":"barriers","cpu":0,"instruction":"MFENCE","maximum":1,"minimum":0,'
says json '"completes":true.*"name":"twopages","span":"operation"'

# A loop that flushes has no bound; one that does not end has no least. Beside them the same without the loop.
cat >loops.c <<'C'
// variant: once PASS
// variant: some PASS
// variant: ever PASS
#include <shootdown/x86.h>
SCENARIO
{
	sd_operation_begin("flush");
	do
		invlpg(0x1000);
	while ((VARIANT(ever) && sd_choose(2) < 2) || (VARIANT(some) && sd_choose(2)));
	sd_operation_end("flush");
	sd_assert(1);
}
C
expect 0 cost loops.c
row 'INVLPG +a page, this CPU +CPU0' '1 +1\.\.any +any'
says out '^  ever: never completes'

# Beginning twice in one context, and ending what has not begun, is no operation.
cat >marks.c <<'C'
// variant: nested PASS
// variant: stray  PASS
// variant: two    PASS
#include <shootdown/x86.h>
SCENARIO
{
	if (!VARIANT(stray))
		sd_operation_begin("a");
	if (VARIANT(nested))
		sd_operation_begin("a");
	if (VARIANT(two))
		sd_operation_begin("b");
	invlpg(0x1000);
	sd_operation_end("a");
	invlpg(0x1000);
	if (VARIANT(two))
		sd_operation_end("b");
	if (VARIANT(stray) && sd_choose(2) > 2)
		sd_operation_begin("a");
	sd_assert(1);
}
C
expect 5 cost marks.c --variant nested
says out 'the operation "a" begins again before it has ended'
expect 5 cost marks.c --variant stray
says out 'the operation "a" ends without having begun'
expect 0 cost marks.c --variant two # of different names they may overlap
grep -A2 'operation "a"' out | grep -Eq 'CPU0 +1$' || fail 'a has one INVLPG'
grep -A2 'operation "b"' out | grep -Eq 'CPU0 +2$' || fail 'b has two'

# What is thrown away: the task's three pages are mapped, so all of them may be cached. INVLPG takes one of them, the
# write of CR3 all three; of a page whose entry is gone nothing live is left.
cat >live.c <<'C'
// variant: one    PASS
// variant: reload PASS
// variant: gone   PASS
#define KIT_NO_TIMER
#include <kit/kernel.h>
static void task(void *mm)
{
	sd_operation_begin("flush");
	if (VARIANT(gone))
		set_pte(pte_offset((struct mm_struct *)mm, USER_PAGE(1)), 0);
	if (VARIANT(reload))
		mov_to_cr3(mov_from_cr3());
	else
		invlpg(USER_PAGE(1));
	sd_operation_end("flush");
	user_load(USER_PAGE(0));
}
SCENARIO
{
	struct mm_struct *mm = mm_create("A", 3);

	spawn("A", mm, task, mm);
}
C
for level in 0 1; do
  expect 0 cost live.c -O $level
  row 'INVLPG +of the loaded address space +CPU0' '1 +0 +0'
  row 'MOV to CR3 of its value +of the loaded address space +CPU0' '0 +3 +0'
done

# s390's IPTE, IDTE, CSP and CRDTE take the table's entry away themselves. A later miss of what it mapped is the unmapping's, not
# theirs, as it is where a store did it. Of two pages the other one is live, and IDTE by ASCE throws it away; IDTE of the
# segment has unmapped both.
cat >entry.c <<'C'
// machine: s390x
// variant: ipte       PASS
// variant: cspg       PASS
// variant: crdte      PASS --cpu-features idte,lc,crdte
// variant: store      PASS
// variant: two-ipte   PASS
// variant: two-store  PASS
// variant: two-idte   PASS
#include <shootdown/s390.h>
#define ASCE ((unsigned long)segments | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0))
static unsigned long segments[512] __attribute__((aligned(4096))), pages[256] __attribute__((aligned(4096))),
	frames[2][512] __attribute__((aligned(4096)));
SCENARIO
{
	int two = VARIANT(two_ipte) || VARIANT(two_store) || VARIANT(two_idte);

	for (unsigned n = 0; n < 512; n++)
		segments[n] = _SEGMENT_ENTRY_INVALID;
	for (unsigned n = 0; n < 256; n++)
		pages[n] = n == 0 || (n == 1 && two) ? (unsigned long)frames[n] : _PAGE_INVALID;
	segments[0] = (unsigned long)pages;
	lctlg(1, ASCE);
	sd_operation_begin("unmap");
	if (VARIANT(ipte) || VARIANT(two_ipte)) {
		ipte(pages, 0);
	} else if (VARIANT(cspg)) {
		cspg(pages, (unsigned long)frames[0], _PAGE_INVALID);
	} else if (VARIANT(crdte)) {
		crdte((unsigned long)frames[0], _PAGE_INVALID, (unsigned long)pages | S390_CRDTE_PAGE, 0, 0);
	} else if (VARIANT(two_idte)) {
		idte(segments, 0);
	} else {
		*(volatile unsigned long *)&pages[0] = _PAGE_INVALID;
		idte_asce(ASCE);
	}
	sd_operation_end("unmap");
	sd_assert((pages[0] | segments[0]) & (_PAGE_INVALID | _SEGMENT_ENTRY_INVALID));
}
C
expect 0 cost entry.c --variant ipte --variant cspg --variant crdte --variant store
row 'IPTE +a page, every CPU +CPU0' '1 +0 +0 +0'
row 'CSP +all, every CPU +CPU0' '0 +1 +0 +0'
row 'CRDTE +what is below an entry, every CPU +CPU0' '0 +0 +1 +0'
row 'IDTE by ASCE +an ASCE, every CPU +CPU0' '0 +0 +0 +1'
lacks out 'live translations' # 0 in all
expect 0 cost entry.c --variant two-ipte --variant two-store --variant two-idte
row 'IDTE by ASCE +of the loaded address space +CPU0' '0 +1 +0'
lacks out '^ +(IPTE|IDTE) +of the loaded'

# Of another CPU it takes the other page if that CPU has attached the address space, else nothing: 0..1 by one execution,
# as all together.
cat >attached.c <<'C'
// machine: s390x
// cpus: 2
// variant: only PASS
#include <shootdown/s390.h>
#define ASCE ((unsigned long)segments | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0))
static unsigned long segments[512] __attribute__((aligned(4096))), pages[256] __attribute__((aligned(4096))),
	frame[512] __attribute__((aligned(4096)));
static void other(void *arg)
{
	(void)arg;
	lctlg(1, ASCE);
	sd_context_finish();
	for (;;)
		s390_wait();
}
SCENARIO
{
	for (unsigned n = 0; n < 512; n++)
		segments[n] = _SEGMENT_ENTRY_INVALID;
	for (unsigned n = 0; n < 256; n++)
		pages[n] = n == 0 ? (unsigned long)frame : _PAGE_INVALID;
	segments[0] = (unsigned long)pages;
	sd_assert(1);
	sd_cpu_start(1, other, 0, "other");
	sd_operation_begin("flush");
	idte_asce(ASCE);
	sd_operation_end("flush");
}
C
expect 0 cost attached.c
[ "$(grep -cE '^ +IDTE by ASCE +of the loaded address space +CPU1 +0\.\.1$' out)" = 2 ] || fail 'both 0..1'

# Two CPUs, argued in the file: an IPI only if CPU 1 runs on mm when its bit is looked for.
expect 0 cost "$source/tests/scenarios/kit/cost.c"
row 'IPI +CPU0' '0\.\.1 +0\.\.1 +0 +0'
row 'INVLPG +a page, this CPU +CPU1' '0\.\.1 +0 +0 +0'
row 'MOV to CR3 of its value +[^ ].*PCID +CPU1' '0 +0\.\.1 +0 +0'
row 'INVLPGB +1 page.*CPU0' '0 +0 +1 +0'
row 'TLBSYNC +CPU0' '0 +0 +1 +1'
row 'MOV to CR3 of its value +of the loaded address space +CPU1' '0 +0\.\.2 +0 +0'
row 'INVLPGB, when it is performed +of the loaded address space +CPU1' '0 +0 +0 +0\.\.2'
# By one execution: when CPU 1 does write CR3 back it runs on mm.
row 'MOV to CR3 of its value +of the loaded address space +CPU1' '- +2 +- +-'

# A scenario that marks nothing: its tasks. A variant that fails is counted to its end, unless a property is asked for.
shootdown=$source/corpus/linux-x86-smp-shootdown
expect 0 cost "$shootdown" --variant no-ipi --variant flush-xchg --memory sc
says out '^task "reclaim" +no-ipi +flush-xchg$'
row 'IPI +CPU0' '0 +0\.\.1'
expect 1 cost "$shootdown" --variant no-ipi --property revoked-translation
says out 'not everything was counted'
expect 3 cost "$shootdown" --variant no-ipi --max-states 50
says out 'not everything was counted'
expect 2 cost "$shootdown" --variant no-such-variant

# Who does the work is a task, whoever started it: the boot context until it finishes or its body returns, and what
# sd_cpu_start() starts. That each has one INVLPG of its own is in the file.
cat >starters.c <<'C'
// cpus: 2
// variant: returns  PASS
// variant: finishes PASS
// variant: started  PASS
// variant: for-ever PASS
#include <shootdown/x86.h>
static void other(void *arg)
{
	(void)arg;
	if (VARIANT(for_ever))
		sd_context_daemon(sd_context_self());
	if (VARIANT(started) || VARIANT(for_ever))
		invlpg(0x1000);
	sd_context_finish();
	for (;;)
		hlt();
}
SCENARIO
{
	sd_assert(1);
	if (VARIANT(started) || VARIANT(for_ever))
		sd_cpu_start(1, other, 0, "other");
	else
		invlpg(0x2000);
	if (!VARIANT(finishes))
		return;
	sd_context_finish();
	for (;;)
		hlt();
}
C
expect 0 cost starters.c
says out '^task "boot" +returns +finishes +started +for-ever$'
row 'INVLPG +a page, this CPU +CPU0' '1 +1 +0 +0'
says out '^task "other" +returns +finishes +started +for-ever$'
row 'INVLPG +a page, this CPU +CPU1' '1 +0' # begun and ended before it in for-ever
says out '^  returns: has none, or none that ends$'
says out '^  finishes: has none, or none that ends$'
says out '^the whole execution +returns +finishes +started +for-ever$'
row 'INVLPG +a page, this CPU +CPU1' '0 +0 +1 +(0\.\.)?1' # the whole may be over when boot has finished
lacks out '[0-9] +- *$'
expect 0 cost starters.c --variant finishes --variant returns
lacks out 'the whole execution' # both have what the other has
expect 0 cost starters.c --variant started --format json
tr -d ' \n' <out >json
says json '"name":"boot","span":"task".*"name":"other","span":"task".*"span":"whole"'

# The corpus marks its operations. Of arm64's batched flush: mprotect with a pending batch executes a flush of the whole
# address space only with the fix, and a DSB in each variant but the one that ignores the batch, which has none if the
# entry is gone. Reclaim's own cost is the same in all: a TLBI for its one page, a DSB.
expect 0 cost "$source/corpus/linux-2025-arm64-tlbbatch/tlbbatch.cpp" --variant no-pending-flush --variant dsb-only \
  --variant flush-mm --variant generic
says out '^operation "mprotect" '
row 'TLBI ASIDE1IS +every CPU +CPU1' '0 +0 +0\.\.1 +0\.\.1'
row 'DSB ISH +CPU1' '0\.\.1 +1 +1 +1'
says out '^operation "reclaim" '
row 'TLBI VALE1IS +every CPU +CPU0' '1 +1 +1 +1'
row 'DSB ISH +CPU0' '1 +1 +1 +1'
lacks out 'the whole execution'
expect 0 cost "$source/corpus/linux-2025-arm64-tlbbatch/tlbbatch.cpp" --variant munmap-dsb-only --variant migrate
says out '^  munmap-dsb-only: has none$' # of mprotect
says out '^  migrate: has none$'         # of munmap
says out '^the whole execution '
lacks out '(TLBI VALE1IS +every CPU|DSB ISH) .* -( |$)'
lacks out ' $' # cells that are empty at the end
# A flush is one write of CR3; preempted in between, another address space's.
expect 0 cost "$source/corpus/flush-on-every-machine/x86.c" --variant up --variant up-guarded --variant up-page
row 'MOV to CR3 of its value +[^ ].*PCID +CPU0' '0\.\.1 +1 +0'
row 'INVLPG +a page, this CPU +CPU0' '0 +0 +1'
# The entry is cleared by a store while nobody is attached, else by IPTE. Who attaches loads the ASCE.
expect 0 cost "$source/corpus/linux-2013-s390-lazy-flush" --variant buggy --variant always-ipte
row 'IPTE +a page, every CPU +CPU0' '0\.\.1 +1'
row 'LCTLG of CR1 +flushes nothing +CPU1' '1 +1'
cat >nothing.c <<'C'
// variant: nothing PASS
#include <shootdown/x86.h>
SCENARIO { sd_assert(1); }
C
expect 4 cost nothing.c
says out 'nothing that is counted is ever executed'
done_testing
