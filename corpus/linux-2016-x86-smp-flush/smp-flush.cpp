// The dying task's TLB flush of corpus/linux-2016-x86-up-flush on two CPUs: when is a flush of the own CPU enough?
//
// Linux's flush on several CPUs interrupts the others and keeps preemption off meanwhile. What if somebody knows that the
// task runs on one CPU only, and takes the code of one CPU? The task A is in do_exit(), has no mm any more, and takes its
// old address space apart: entries cleared, TLB flushed, pages and tables freed. At every switch it lets go of what it
// ran on and borrows the address space of the task before it.
//
// cpus: 2
// variant: buggy           FAIL wrong-page-table
// variant: fixed           PASS
// variant: not-pinned      FAIL freed-page
// variant: not-pinned-ipis PASS
// variant: borrowed        FAIL freed-page
// variant: borrowed-ipis   PASS
//
// A and B have an address space each and are preempted on CPU 0, where both are pinned; CPU 1 is idle. The other four
// variants do without B.
//
// What each variant must give, and why (written before the first run):
//
// buggy: CR3 is read and written back, preemptibly. FAIL as on one CPU: between the two B runs, A borrows B's mm and
//   writes its own old root; B is resumed without a load. A stops after its flush.
// fixed: preemption off, and only this CPU is flushed. PASS: A never ran elsewhere, and nobody else runs on its mm or
//   borrows it, so there is nothing on CPU 1.
// not-pinned: the same flush, but A may run on both CPUs, and there is a kernel thread on CPU 1, for which A is preempted
//   there. FAIL although preemption is off: A has run on CPU 1, goes to CPU 0, and dies there. CPU 1 runs the kernel
//   thread on A's tables, borrowed, and may walk them; they are freed.
// borrowed: A is pinned, but there is a second thread of its mm on CPU 1. Whichever exits first leaves its CPU borrowing
//   the mm. FAIL for the same reason. A's own history does not tell who else has its translations: mm_cpumask does.
// not-pinned-ipis, borrowed-ipis: the same two with the library's flush: the CPUs of mm_cpumask are interrupted, with
//   preemption off from the look at the mask on. PASS.
#define KIT_SMP
#define KIT_PAGES 24
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_SWITCH_MM
#define KIT_HAVE_ENTER_LAZY_TLB
#define KIT_HAVE_FLUSH_TLB_RANGE
#define KIT_HAVE_TLB_FLUSH
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define IPIS (VARIANT(not_pinned_ipis) || VARIANT(borrowed_ipis))

static struct mm_struct *mm_a;

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *)
{
	unsigned cpu = smp_processor_id();

	if (IPIS)
		return SmpTlb::load(*next);
	if (prev == next)
		return;
	cpumask_set_cpu(cpu, mm_cpumask(next));
	mov_to_cr3(__pa(next->pgd));
	cpumask_clear_cpu(cpu, mm_cpumask(prev));
}

static inline void enter_lazy_tlb(struct mm_struct *, struct task_struct *)
{
	if (IPIS)
		SmpTlb::enter_lazy();
}

static inline void __flush_tlb(void)
{
	if (VARIANT(buggy))
		mov_to_cr3(mov_from_cr3());
	else
		LocalTlb::flush();
}

static inline void flush_tlb_range(struct mm_struct *mm, unsigned long)
{
	if (IPIS)
		SmpTlb::flush(*mm);
	else if (mm == current->active_mm)
		__flush_tlb();
}

static inline void tlb_flush(struct mmu_gather *tlb)
{
	if (VARIANT(fixed) && tlb->mm == mm_a && current->active_mm != mm_a)
		sd_cover("A does not run on its old mm when it flushes");
	flush_tlb_mm(tlb->mm);
	if (VARIANT(buggy)) {
		sd_context_daemon(sd_context_self());
		for (;;)
			hlt();
	}
}

static void dying(void *)
{
	user_load(USER_PAGE(0));
	do_exit();
}

static void task_b(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

static void bystander(void *)
{
	sd_context_daemon(sd_context_self());
	for (;;)
		hlt();
}

SCENARIO
{
	bool anywhere = VARIANT(not_pinned) || VARIANT(not_pinned_ipis);

	mm_a = mm_create("A", 1);
	set_cpus_allowed(spawn("A", mm_a, dying, NULL), anywhere ? 0 : 1);
	if (VARIANT(buggy) || VARIANT(fixed))
		set_cpus_allowed(spawn("B", mm_create("B", 1), task_b, NULL), 1);
	if (VARIANT(borrowed) || VARIANT(borrowed_ipis))
		set_cpus_allowed(spawn("A2", mm_a, dying, NULL), 2);
	if (anywhere)
		set_cpus_allowed(kthread_run(bystander, NULL, "kthread"), 2);
}
