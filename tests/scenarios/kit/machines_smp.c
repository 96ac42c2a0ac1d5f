/* The kit on every machine with two CPUs: a page of an address space that is in use on CPU 1 is made read-only, or taken
 * away, by CPU 0; and an address space ends on whichever CPU its last task ends.
 *
 * machine: x86-64, arm64
 * cpus: 2
 * variant: protect     PASS
 * variant: unmap       PASS
 * variant: exit        PASS
 * variant: protect-no-flush  FAIL revoked-translation
 * variant: unmap-no-flush    FAIL revoked-translation
 *
 * protect, unmap: the user task on CPU 1 uses its page again and again, until it may no longer and gives up at the fault.
 *   The kernel thread on CPU 0 uses the kit's mprotect_page() and munmap_page(): x86 interrupts CPU 1 if its bit is in
 *   mm_cpumask(); on arm64 its TLBI reaches CPU 1 by itself, and the DSB waits until it has been performed there.
 * exit: two tasks of one address space and a kernel thread, each on whichever CPU takes it. The thread may still be
 *   running on the address space when the tasks have ended: its tables are flushed on both CPUs before they are freed, and
 *   the page directory goes with the last who borrows it.
 * no-flush: the flush is left out. On s390x, where the invalidation of an entry is the flush, the entry is changed by a
 *   plain store instead.
 */
#include <shootdown/scenario.h>

#define NO_FLUSH (VARIANT(protect_no_flush) || VARIANT(unmap_no_flush))

#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_HAVE_BAD_AREA
#define KIT_PAGES 24
#if NO_FLUSH
#ifdef __x86_64__
#define KIT_HAVE_FLUSH_TLB_RANGE
#else
#define KIT_HAVE_FLUSH_TLB_PAGE
#endif
#endif
#include <kit/kernel.h>

static struct mm_struct *mm;

#if NO_FLUSH
#ifdef __x86_64__
static inline void flush_tlb_range(struct mm_struct *of, unsigned long va)
#else
static inline void flush_tlb_page(struct mm_struct *of, unsigned long va)
#endif
{
	(void)of;
	(void)va;
}
#endif

static inline void bad_area(unsigned long va, unsigned long error_code)
{
	sd_assert(va == USER_PAGE(0) && fault_is_user(error_code));
#if !VARIANT(exit)
	sd_cover("the task was stopped");
#endif
	sd_context_finish();
	local_irq_disable();
	sleep_for_ever();
}

static void user(void *unused)
{
	(void)unused;
	for (;;)
		if (VARIANT(unmap) || VARIANT(unmap_no_flush))
			user_load(USER_PAGE(0));
		else
			user_store(USER_PAGE(0), 1);
}

static void change(void *unused)
{
	(void)unused;
	if (VARIANT(unmap) || VARIANT(unmap_no_flush))
		munmap_page(mm, USER_PAGE(0));
	else
		mprotect_page(mm, USER_PAGE(0), PAGE_READONLY);
	sd_cover("the change is complete");
}

static void once(void *unused)
{
	(void)unused;
	user_store(USER_PAGE(0), 1);
	sd_cover("a task used its page");
}

static void thread(void *unused)
{
	(void)unused;
	if (READ_ONCE(current->active_mm) == mm)
		sd_cover("a thread borrows");
}

SCENARIO
{
	mm = mm_create("M", 1);
	if (VARIANT(exit)) {
		spawn("A", mm, once, NULL);
		spawn("B", mm, once, NULL);
		kthread_run(thread, NULL, "thread");
		return;
	}
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(kthread_run(change, NULL, "change"), 1);
}
