// Recursion without an end overflows the kernel's stack, and says so.
//
// variant: direct  FAIL memory-fault "stack overflow"
// variant: mutual  FAIL memory-fault "stack overflow"
// variant: frames  FAIL memory-fault "stack overflow"
// variant: faults  FAIL memory-fault "stack overflow"
// variant: ends    PASS
//
// direct: a function that calls itself; mutual: two that call each other. frames: ten calls with 4 KiB of locals each,
//   in a stack of 16 KiB. faults: the handler of #UD executes UD2. ends: a recursion of 100.
#include <shootdown/x86.h>

static volatile unsigned depth;

static __attribute__((noinline)) unsigned down(unsigned left);

static __attribute__((noinline)) unsigned other(unsigned left)
{
	return down(left) + depth;
}

static __attribute__((noinline)) unsigned down(unsigned left)
{
	volatile unsigned long locals[VARIANT(frames) ? 512 : 1];

	locals[0] = left;
	if (left == 0)
		return 0;
	return (VARIANT(mutual) ? other(left - 1) : down(left - 1)) + depth + (unsigned)locals[0];
}

static void undefined(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	ud2();
}

SCENARIO
{
	sd_set_vector(X86_TRAP_UD, undefined);
	if (VARIANT(faults))
		ud2();
	sd_assert(1);
	depth = down(VARIANT(ends) ? 100 : VARIANT(frames) ? 10 : 0xffffffffu);
}
