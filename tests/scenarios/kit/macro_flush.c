/* A flush that is a macro with one asm statement, as older kernels have it, defined before the kit: the kit's own
 * flush_tlb_mm() uses it.
 *
 * machine: x86-64, i386
 * variant: bare      FAIL wrong-page-table
 * variant: guarded   PASS
 */
#include <shootdown/scenario.h>

/* clang-format off: as found in the wild */
#if VARIANT(guarded)
#define before() preempt_disable()
#define after() preempt_enable()
#else
#define before() \
	do { \
	} while (0)
#define after() \
	do { \
	} while (0)
#endif

#define __flush_tlb() \
	do { \
		unsigned long temporary; \
		before(); \
		__asm__ __volatile__("mov %%cr3, %0 # what is loaded \n" \
				     "mov %0, %%cr3 \n" \
				     : "=r"(temporary)::"memory"); \
		after(); \
	} while (0)

/* clang-format on */
#include <kit/kernel.h>

static void reclaim(void *arg)
{
	struct mm_struct *mm = (struct mm_struct *)arg;

	if (READ_ONCE(current->active_mm) == mm)
		sd_cover("the thread borrows the mm it flushes");
	flush_tlb_mm(mm);
}

static void user(void *arg)
{
	(void)arg;
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	struct mm_struct *mm = mm_create("A", 1);

	spawn("A", mm, user, NULL);
	spawn("B", mm_create("B", 1), user, NULL);
	kthread_run(reclaim, mm, "reclaim");
}
