/* Address-space switches and TLB shootdown with several CPUs: Linux's protocol of 2.6 to 4.13, without PCIDs.
 *
 * mm_cpumask(mm) holds every CPU that may have translations of mm. A flush reads it after the page-table stores are
 * visible and interrupts those CPUs; a switch sets the bit before the CPU can walk the tables. One of the two therefore
 * sees the other:
 *
 *      flush                                   switch
 *      page-table store                        bit := 1        (LOCKed)
 *      barrier (INVLPG, CR3 load, MFENCE)      CR3 := next     (serialising)
 *      read the bits, IPI                      walk
 *
 * A CPU that only borrows mm (lazy) answers the first IPI by leaving: it loads init_mm's tables, takes its bit out and
 * gets no more of them; whoever uses mm there again loads it again. The table is loaded before the bit is cleared: as
 * soon as it is clear, another flusher may free tables without asking.
 *
 * Replaceable: KIT_HAVE_SWITCH_MM, KIT_HAVE_ENTER_LAZY_TLB, KIT_HAVE_LEAVE_MM, KIT_HAVE_FLUSH_TLB_FUNC,
 * KIT_HAVE_FLUSH_TLB_RANGE, KIT_HAVE_FLUSH_TLB_ALL.
 */
#ifndef KIT_ARCH_X86_TLB_SMP_H
#define KIT_ARCH_X86_TLB_SMP_H

#include <kit/smp.h>

/* What this CPU has loaded, or had before leave_mm(), and whether it only borrows it. */
DEFINE_PER_CPU(struct mm_struct *, cpu_tlb_mm);
DEFINE_PER_CPU(int, cpu_tlb_lazy);

/* What to flush on another CPU. */
struct flush_tlb_info {
	struct mm_struct *mm;
	unsigned long va; /* one page, or TLB_FLUSH_ALL */
};
#define TLB_FLUSH_ALL (~0ul)

/* This CPU has been booted, and is idle. */
static inline void arch_start_lazy_tlb(void)
{
	cpu_tlb_mm = &init_mm;
	cpu_tlb_lazy = 1;
}

static inline void leave_mm(void);
static inline void flush_tlb_func(void *info);
static inline void flush_tlb_range(struct mm_struct *mm, unsigned long va);
static inline void flush_tlb_all(void);

#ifndef KIT_HAVE_SWITCH_MM
/* Interrupts are off, so no flush comes between the bookkeeping and the load. */
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	unsigned cpu = smp_processor_id();

	(void)task;
	cpu_tlb_lazy = 0;
	if (prev != next) {
		cpu_tlb_mm = next;
		cpumask_set_cpu(cpu, mm_cpumask(next));
		mov_to_cr3(__pa(next->pgd));
		cpumask_clear_cpu(cpu, mm_cpumask(prev));
	} else if (!cpumask_test_cpu(cpu, mm_cpumask(next))) { /* left while it was lazy */
		cpumask_set_cpu(cpu, mm_cpumask(next));
		mov_to_cr3(__pa(next->pgd));
	}
}
#endif

#ifndef KIT_HAVE_ENTER_LAZY_TLB
static inline void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *task)
{
	(void)mm;
	(void)task;
	cpu_tlb_lazy = 1;
}
#endif

#ifndef KIT_HAVE_LEAVE_MM
static inline void leave_mm(void)
{
	unsigned cpu = smp_processor_id();

	if (!cpumask_test_cpu(cpu, mm_cpumask(cpu_tlb_mm)))
		return;
	mov_to_cr3(__pa(init_mm.pgd));
	cpumask_clear_cpu(cpu, mm_cpumask(cpu_tlb_mm));
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_FUNC
/* On each CPU concerned; it cannot be preempted. */
static inline void flush_tlb_func(void *data)
{
	struct flush_tlb_info *info = (struct flush_tlb_info *)data;

	if (cpu_tlb_mm != info->mm)
		return;
	if (cpu_tlb_lazy)
		leave_mm();
	else if (info->va == TLB_FLUSH_ALL)
		mov_to_cr3(mov_from_cr3());
	else
		invlpg(info->va);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_RANGE
/* va: one page, or TLB_FLUSH_ALL. */
static inline void flush_tlb_range(struct mm_struct *mm, unsigned long va)
{
	struct flush_tlb_info info;
	unsigned long flags, others;

	info.mm = mm;
	info.va = va;
	preempt_disable();
	local_irq_save(flags); /* against an IPI that leaves mm meanwhile */
	flush_tlb_func(&info);
	local_irq_restore(flags);
	mfence(); /* this CPU may not run on mm, and then nothing has serialised */
	others = cpumask_others(mm_cpumask(mm), smp_processor_id());
	if (others)
		smp_call_function_many(others, flush_tlb_func, &info);
	preempt_enable();
}
#endif

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	flush_tlb_range(mm, TLB_FLUSH_ALL);
}

static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	flush_tlb_range(mm, va);
}

static inline void do_flush_tlb_all(void *unused)
{
	(void)unused;
	if (mmu_cr4_features & X86_CR4_PGE)
		__flush_tlb_global();
	else
		__flush_tlb();
}

#ifndef KIT_HAVE_FLUSH_TLB_ALL
static inline void flush_tlb_all(void)
{
	on_each_cpu(do_flush_tlb_all, NULL);
}
#endif

#endif
