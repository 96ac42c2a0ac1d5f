# What schedules print, on scenarios so small that it can be said beforehand.
. "$(dirname "$0")/lib.sh" "$@"

# A store that waited: it reaches memory with the value that the program stored, in whatever order the machine keeps the
# bytes. 0x0201 has another value backwards, as 16 bits and as 32.
cat >buffered.c <<'C'
// cpus: 2
// variant: half FAIL assertion
// variant: word FAIL assertion
#include <shootdown/scenario.h>
static volatile unsigned short half;
static volatile unsigned word;
static void other(void *unused)
{
	(void)unused;
	if (VARIANT(half))
		half = 0x201;
	else
		word = 0x201;
	sd_context_finish();
	for (;;)
		;
}
SCENARIO
{
	sd_cpu_start(1, other, 0, "P1");
	sd_assert(half != 0x201 && word != 0x201);
}
C
for machine in s390x x86-64 arm64; do
  for variant in half word; do
    expect 1 check buffered.c --machine $machine --variant $variant
    says out "$variant = 0x201"
    expect 1 check buffered.c --machine $machine --variant $variant --format json
    says out "\"$variant\+?0? = 0x201 reaches memory\""
    lacks out '0x102'
  done
done

# A TLBI that comes before a store although other CPUs have seen that store: the step in which it is performed says so, or
# what is cached behind it would be a riddle. Where the DSB in between is there (and the one behind it is not) it does not.
expect 1 check "$source/tests/scenarios/arm64/tlbi_early.c" --variant add --format json
says out 'performs TLBI VAE1IS of CPU0, 0x400000, as if before older stores: no DSB between'
expect 1 check "$source/tests/scenarios/arm64/revoke.c" --variant no-dsb-after --format json
lacks out 'as if before older stores'

# The cause of a wrong page table where no load is at fault, because there was none: as the file says of these variants,
# A's or init_mm's table stays, for switch_mm() saw no difference, or left the load to somebody who never came.
expect 1 check "$source/corpus/linux-2013-deferred-switch/armv5-up.cpp" --variant per-task-flag
tr '\n' ' ' <out >line && says line 'since boot \(prev == next\)\.'
says out 'CPU0 runs B[12] in user mode on page table .*; it expects B\. B[12] was switched to without a load of TTBR'
expect 1 check "$source/corpus/linux-2013-deferred-switch/armv5-up.cpp" --variant unconditional-finish-unpaired
tr '\n' ' ' <out >line && says line '; it expects B\. CPU0 has not written TTBR since boot \(deferred\)\.'

# A root that is loaded before the MMU is on has its name all the same.
expect 1 check "$source/corpus/linux-2013-arm64-asid-ipi" --variant flag-cleared-before-ipis
says out 'on page table mm[01]; it expects M\. .* wrote mm[01] to TTBR0_EL1 in cpu_switch_mm'
done_testing
