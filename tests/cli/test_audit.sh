# shootdown audit: circumstances, warnings, exit codes. What the corpus must say is argued in its files.
. "$(dirname "$0")/lib.sh" "$@"

# warns PATTERN: a warning, whose lines are filled to the terminal's width.
warns() { tr -s ' \n' ' ' <out | grep -Eq -- "$1" || fail "no warning like '$1'"; }

# The flush of 2016: A has no mm (it borrows) and is preemptible between read and write, and really preempted there.
# buggy-exit would end a check with a violation: an audit sees all states.
expect 0 audit "$source/corpus/linux-2016-x86-up-flush" --variant buggy-exit
says out 'buggy-exit +[0-9,]+ states, all seen'
says out '^MOV from CR3 in __flush_tlb \(up-flush.cpp:57\)'
says out 'flush_tlb_mm < tlb_flush .* on +0 +yes +yes +[0-9]+$'
warns 'warning: the value read from CR3 is written back on the same line'
warns 'switched away there by an interrupt in [1-9]'
# Nothing has a table but what loads a root, cuts a TLB or changes how addresses are translated, or a value written back.
! grep -E '^[^ ].* in .* \([^ ]+:[0-9]+\)' out | grep -Ev '^(MOV (from|to) CR[034]|INVLPG|CR[034] read) in ' ||
  fail "a table of something else"
expect 1 audit "$source/corpus/linux-2016-x86-up-flush" --variant buggy-exit --fail-on-warning
expect 1 audit "$source/corpus/linux-2016-x86-up-flush" --variant buggy-exit --property freed-page
# The fixed one reads and writes CR3 with preemption off, irqs-off with interrupts off, no-preempt cannot be preempted.
for variant in fixed irqs-off no-preempt; do
  expect 0 audit "$source/corpus/linux-2016-x86-up-flush" --variant $variant --fail-on-warning
  lacks out 'warning'
done

# 2004: both callers are preemptible; the driver's thread borrows its mm, fork() has its own.
callers=$source/corpus/linux-2004-preemptible-callers
expect 0 audit "$callers" --variant ioremap-buggy
says out '^  ioremap < driver .* on +0 +yes +yes +[0-9]+$'
warns 'warning: the value read from CR3'
lacks out 'read from CR4' # what it writes to CR4 is a constant
expect 0 audit "$callers" --variant copy-mm-buggy -O 0
says out '^  flush_tlb_mm < fork .* on +0 +yes +no +[0-9]+$'
warns 'warning: the value read from CR3'
expect 0 audit "$callers" --variant copy-mm-fixed --fail-on-warning
says out '^  __flush_tlb < flush_tlb_mm < fork .* on +0 +no +no +[0-9]+$'
expect 0 audit "$callers" --variant ioremap-buggy --format json
says out '"read_modify_writes"'
says out '"borrowed mm": true'
says out '"under_test"'

# Without a kit there is no such circumstance, and interrupts that are on count. The handler never gives the CPU away.
cat >bare.c <<'C'
// variant: on       PASS
// variant: off      PASS
// variant: clobber  PASS
// variant: stores   PASS
// variant: nothing  PASS
#include <shootdown/x86.h>
static int noted;
static int odd(void)
{
	if (VARIANT(stores))
		noted = 1;
	return sd_cpu_id() & 1;
}
sd_circumstance("odd", odd);
static void tick(unsigned long error_code, unsigned long from_user) { (void)error_code; (void)from_user; }
SCENARIO
{
	sd_set_vector(32, tick);
	sd_timer(32);
	sd_assert(noted == 0);
	if (VARIANT(nothing))
		return;
	if (VARIANT(on))
		sti();
	if (VARIANT(clobber))
		asm volatile("invlpg (%0)" : : "r"(0x1000ul));
	else
		mov_to_cr4(mov_from_cr4() | X86_CR4_PGE);
}
C
expect 0 audit bare.c --variant on
warns 'warning: the value read from CR4 is written back on the same line'
warns 'no schedule switches away there'
says out 'called from +interrupts +depth +odd +states'
expect 0 audit bare.c --variant off --fail-on-warning
lacks out warning
expect 1 audit bare.c --variant clobber --fail-on-warning
says out 'bare.c:26: warning: .invlpg .* no "memory" clobber'
# A circumstance may only look.
expect 5 audit bare.c --variant stores
warns 'bare.c:11: the circumstance "odd" may only look: it stores to memory that is not its own stack'
expect 0 check bare.c --variant stores
expect 4 audit bare.c --variant nothing
says out 'no operation on a root or a TLB is ever executed'
expect 3 audit "$callers" --variant copy-mm-buggy --max-states 20
says out 'lower bounds'
expect 2 audit "$callers" --variant no-such-variant
done_testing
