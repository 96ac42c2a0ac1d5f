// The 16 KiB of a kernel stack hold for every frame, however it was entered.
//
// variant: boot      FAIL memory-fault "stack overflow"
// variant: context   FAIL memory-fault "stack overflow"
// variant: call      FAIL memory-fault "stack overflow"
// variant: handlers  FAIL memory-fault "stack overflow"
// variant: fits      PASS
//
// Locals of 20,000 bytes: boot: in the scenario's own body; context: in the function that a context begins with; call: in
// a function that is called. handlers: three handlers of 6,000 bytes each, every one interrupted by the next.
// fits: two of them, which leaves room.
#include <shootdown/x86.h>

#define VECTOR 0x40
#define LARGE 20000
#define MIDDLE 6000

static volatile unsigned depth, sum;

static void handler(unsigned long error_code, unsigned long from_user)
{
	volatile unsigned char locals[MIDDLE];

	(void)error_code;
	(void)from_user;
	locals[MIDDLE - 1] = 1;
	if (++depth < (VARIANT(fits) ? 2u : 3u))
		int_n(VECTOR);
	sum += locals[MIDDLE - 1];
}

static __attribute__((noinline)) void large(void *unused)
{
	volatile unsigned char locals[LARGE];

	(void)unused;
	locals[LARGE - 1] = 1;
	sum += locals[LARGE - 1];
}

static void context(void *unused)
{
	volatile unsigned char locals[LARGE];

	(void)unused;
	locals[LARGE - 1] = 1;
	sum += locals[LARGE - 1];
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	volatile unsigned char locals[VARIANT(boot) ? LARGE : 1];

	locals[sizeof locals - 1] = 1;
	sum += locals[sizeof locals - 1];
	sd_assert(sum == 1);
	sd_set_vector(VECTOR, handler);
	if (VARIANT(handlers) || VARIANT(fits))
		int_n(VECTOR);
	if (VARIANT(call))
		large(0);
	if (VARIANT(context)) {
		sd_context_finish();
		sd_context_switch(sd_context_create(context, 0, "large"));
	}
}
