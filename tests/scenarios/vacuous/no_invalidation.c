// The scenario brings a flush of its own, and no execution ever gets to it.
//
// variant: never-called  VACUOUS
// variant: kit-called    VACUOUS
// variant: no-reason     VACUOUS
// variant: called        PASS
//
// never-called: B would unmap its page and flush, but nobody makes B; A, which is there, passes on its own. kit-called:
// the flush replaces the kit's, which the kit calls where a page is unmapped: nobody unmaps one. no-reason: the flush is
// called, and returns before its instruction, always. called: it is executed. The kit's own flushes, of which most are
// never executed here, do not count.
#define KIT_HAVE___FLUSH_TLB
#include <kit/kernel.h>

static volatile int not_needed;

static inline void __flush_tlb(void)
{
	if (VARIANT(no_reason) && !not_needed)
		return;
	preempt_disable();
	mov_to_cr3(mov_from_cr3());
	preempt_enable();
}

static void task_a(void *unused)
{
	(void)unused;
	for (;;)
		user_load(USER_PAGE(0));
}

static void task_b(void *unused)
{
	(void)unused;
	__flush_tlb();
	for (;;)
		user_load(USER_PAGE(0));
}

static volatile int make_b;

SCENARIO
{
	struct mm_struct *mm = mm_create("B", 1);

	spawn("A", mm_create("A", 1), task_a, NULL);
	if (VARIANT(called) || VARIANT(no_reason) || (make_b && !VARIANT(kit_called)))
		spawn("B", mm, task_b, NULL);
	else if (VARIANT(kit_called) && make_b)
		zap_page(mm, USER_PAGE(0));
}
