/* The kit on every machine, one CPU: rights taken back and given again, a page taken away, faults, preemption, exit.
 *
 * machine: x86-64, i386, arm64
 * variant: kit           PASS
 * variant: no-flush      FAIL revoked-translation
 * variant: no-switch     FAIL wrong-page-table
 *
 * kit: two tasks, each in an address space of its own, go through all of it; the timer may switch them at any moment.
 *   Each finds in its page what it wrote: never the other's page, and a zeroed one after the unmapping.
 * no-flush: mprotect_page() without its flush: the translation that allows the store stays.
 * no-switch: the switch to the other task's address space is left out.
 */
#include <shootdown/scenario.h>

#if VARIANT(no_flush)
#define KIT_HAVE_FLUSH_TLB_PAGE
#endif
#if VARIANT(no_switch)
#define KIT_HAVE_SWITCH_MM
#endif
#define KIT_HAVE_BAD_AREA
#define KIT_PAGES 24
#include <kit/kernel.h>

#if VARIANT(no_flush)
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	(void)mm;
	(void)va;
}
#endif

#if VARIANT(no_switch)
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	(void)task;
	if (prev == &init_mm)
		cpu_switch_mm(next);
}
#endif

static inline void bad_area(unsigned long va, unsigned long error_code)
{
	sd_assert(va == USER_PAGE(0) && fault_is_user(error_code));
	sd_cover("a store to what may only be read");
	mprotect_page(current->mm, va, PAGE_SHARED);
}

static void task(void *number)
{
	struct mm_struct *mm = current->mm;
	unsigned long value = (unsigned long)number;

	user_store(USER_PAGE(0), value);
	mprotect_page(mm, USER_PAGE(0), PAGE_READONLY);
	sd_assert(user_load(USER_PAGE(0)) == value);
	user_store(USER_PAGE(0), value + 1);
	zap_page(mm, USER_PAGE(0));
	sd_assert(user_load(USER_PAGE(0)) == 0);
	sd_cover("a second page on demand");
}

SCENARIO
{
	spawn("A", mm_create("A", 1), task, (void *)10);
	spawn("B", mm_create("B", 1), task, (void *)20);
}
