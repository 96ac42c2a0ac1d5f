/* Two CPUs: a page of an address space that is in use on CPU 1 is made read-only, or taken away, by CPU 0.
 *
 * cpus: 2
 * variant: protect        PASS
 * variant: protect-local  FAIL revoked-translation
 * variant: unmap          PASS
 * variant: unmap-local    FAIL revoked-translation
 *
 * The user task on CPU 1 uses its page again and again, until it may no longer and gives up at the fault. The kernel
 * thread on CPU 0 uses the kit's mprotect_page() and zap_page(). Both interrupt CPU 1 if its bit is in mm_cpumask() and
 * wait: nothing is left there when they return.
 * The two that fail flush CPU 0 only, where the address space has never been.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_HAVE_BAD_AREA
#define KIT_HAVE_FLUSH_TLB_RANGE
#include <kit/kernel.h>

static struct mm_struct *mm;

static inline void flush_tlb_range(struct mm_struct *of, unsigned long va)
{
	struct flush_tlb_info info = { of, va };
	unsigned long others;

	preempt_disable();
	mfence();
	others = cpumask_others(mm_cpumask(of), smp_processor_id());
	if (others && !VARIANT(protect_local) && !VARIANT(unmap_local))
		smp_call_function_many(others, flush_tlb_func, &info);
	preempt_enable();
}

static inline void bad_area(unsigned long va, unsigned long error_code)
{
	(void)va;
	(void)error_code;
	sd_cover("the task was stopped");
	sd_context_finish();
	local_irq_disable();
	sleep_for_ever();
}

static void user(void *unused)
{
	(void)unused;
	for (;;)
		if (VARIANT(unmap) || VARIANT(unmap_local))
			user_load(USER_PAGE(0));
		else
			user_store(USER_PAGE(0), 1);
}

static void change(void *unused)
{
	(void)unused;
	if (VARIANT(unmap) || VARIANT(unmap_local))
		munmap_page(mm, USER_PAGE(0));
	else
		mprotect_page(mm, USER_PAGE(0), PAGE_READONLY);
	sd_cover("the change is complete");
}

SCENARIO
{
	mm = mm_create("M", 1);
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(kthread_run(change, NULL, "change"), 1);
}
