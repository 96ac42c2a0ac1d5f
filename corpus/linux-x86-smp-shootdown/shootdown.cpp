// TLB shootdown with mm_cpumask and lazy TLB: which CPUs to interrupt, when to look, and when to free.
//
// Linux's scheme on x86 from 2.6 to 4.13. A flush changes the entries, reads mm_cpumask(mm), interrupts those CPUs and
// waits for them. A switch to mm sets its CPU's bit and loads CR3. A CPU that only borrows mm answers an interrupt by
// going over to init_mm.
//
// cpus: 2
// variant: no-ipi                     FAIL revoked-translation
// variant: mask-read-before-pte-write FAIL revoked-translation  --memory sc
// variant: mask-read-before-pte-write FAIL revoked-translation  --memory tso
// variant: flush-no-barrier           PASS                      --memory sc
// variant: flush-no-barrier           FAIL revoked-translation  --memory tso
// variant: flush-invlpg               PASS                      --memory sc
// variant: flush-invlpg               PASS                      --memory tso
// variant: flush-xchg                 PASS                      --memory sc
// variant: flush-xchg                 PASS                      --memory tso
// variant: switch-no-barrier          PASS                      --memory sc
// variant: switch-no-barrier          PASS                      --memory tso
// variant: free-before-flush          FAIL freed-page "data page"
// variant: tables-free-before-flush   FAIL freed-page "page-table page"
// variant: tables-lazy-spared         FAIL freed-page "page-table page"
// variant: fixed                      PASS                      --memory sc
// variant: fixed                      PASS                      --memory tso
// variant: fixed-tables               PASS
//
// Two CPUs. On CPU 1 a task of mm that reads its page, and a kernel thread; each gives the CPU to the other when it
// likes, so CPU 1 runs on mm, borrows it, comes back to it, and in the beginning has never run on it. On CPU 0 a kernel
// thread that reclaims the page: it has never run on mm. In the variants about tables it is a second task of mm, which
// takes mm's pages and page tables away. One page of user memory, one reclaim; nothing brings the page back: the task on
// CPU 1 sleeps when it finds the page gone, and in the variants about tables when it has read it once.
//
// What each variant must give, and why (written before the first run):
//
// no-ipi: FAIL. CPU 1 has read the page before, and nobody tells it.
// mask-read-before-pte-write: FAIL under both memory models. CPU 1 switches to mm after its bit was looked for and
//   before the entry is cleared; it reads the entry, and nobody tells it.
// flush-no-barrier: the entry is cleared by a plain store, and nothing in the flush drains it: CPU 0 is not on mm, so
//   it has nothing to flush itself. Under sc PASS. Under tso FAIL: the mask is read while the store still waits in the
//   buffer; CPU 1 sets its bit, loads CR3 and walks the old entry; then the store reaches memory.
// flush-invlpg, flush-xchg: PASS: INVLPG serialises; XCHG with memory is LOCKed. One of them between the store and the
//   look is the barrier that was missing.
// switch-no-barrier: PASS. The bit is set by a plain store, but MOV to CR3 serialises, and before it nothing of mm can
//   be walked on this CPU. (There is one CPU that changes the bits, or the plain store would lose others' changes.)
// free-before-flush: FAIL: the page is freed while CPU 1 still has its translation. This is not yet revoked-translation:
//   the flush is still to come.
// tables-free-before-flush: FAIL although nobody uses the addresses any more: CPU 1 borrows mm, has the upper levels
//   cached, and may walk on from there at any time.
// tables-lazy-spared: the same, though in the right order: CPUs that only borrow are not interrupted. FAIL.
// fixed, fixed-tables: PASS: the library's shootdown.hpp on both sides.
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_PAGES 16
#define KIT_HAVE_DO_PAGE_FAULT
#define KIT_HAVE_SWITCH_MM
#define KIT_HAVE_ENTER_LAZY_TLB
#define KIT_HAVE_FLUSH_TLB_FUNC
#define KIT_HAVE_FLUSH_TLB_RANGE
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define LIBRARY (VARIANT(fixed) || VARIANT(fixed_tables))
#define TABLES (VARIANT(tables_free_before_flush) || VARIANT(tables_lazy_spared) || VARIANT(fixed_tables))

static struct mm_struct *mm;

// ---- the switch

static inline void mask_set(unsigned cpu, struct mm_struct *of)
{
	if (VARIANT(switch_no_barrier))
		WRITE_ONCE(of->cpu_vm_mask.bits, of->cpu_vm_mask.bits | 1ul << cpu);
	else
		cpumask_set_cpu(cpu, mm_cpumask(of));
}

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *)
{
	unsigned cpu = smp_processor_id();

	if (LIBRARY)
		return SmpTlb::load(*next);
	cpu_tlb_lazy = 0;
	if (prev == next && cpumask_test_cpu(cpu, mm_cpumask(next)))
		return;
	cpu_tlb_mm = next;
	mask_set(cpu, next);
	mov_to_cr3(__pa(next->pgd));
	if (prev != next)
		cpumask_clear_cpu(cpu, mm_cpumask(prev));
}

static inline void enter_lazy_tlb(struct mm_struct *, struct task_struct *)
{
	if (LIBRARY)
		SmpTlb::enter_lazy();
	cpu_tlb_lazy = 1;
}

// ---- the flush

static inline void flush_tlb_func(void *data)
{
	struct flush_tlb_info *info = static_cast<struct flush_tlb_info *>(data);

	if (cpu_tlb_mm != info->mm)
		return;
	if (!cpu_tlb_lazy)
		mov_to_cr3(mov_from_cr3());
	else if (!VARIANT(tables_lazy_spared))
		leave_mm();
}

static inline unsigned long others(struct mm_struct *of)
{
	return cpumask_others(mm_cpumask(of), smp_processor_id());
}

static inline void flush_others(struct mm_struct *of, unsigned long cpus)
{
	struct flush_tlb_info info = { of, TLB_FLUSH_ALL };

	if (cpus && !VARIANT(no_ipi)) {
		sd_cover("the other CPU is interrupted");
		smp_call_function_many(cpus, flush_tlb_func, &info);
	}
}

// Complete, for code of the kit that flushes.
static inline void flush_tlb_range(struct mm_struct *of, unsigned long)
{
	if (LIBRARY) {
		SmpTlb::flush(*of);
		return;
	}
	preempt_disable();
	unsigned long flags;
	local_irq_save(flags);
	if (cpu_tlb_mm == of)
		mov_to_cr3(mov_from_cr3());
	local_irq_restore(flags);
	mfence();
	flush_others(of, others(of));
	preempt_enable();
}

// ---- reclaim of the page, by a kernel thread on CPU 0

static void reclaim(void *)
{
	pte_t *ptep = pte_offset(mm, USER_PAGE(0));
	unsigned long page = pte_page(ptep_get(ptep)), cpus = 0;

	preempt_disable();
	if (VARIANT(mask_read_before_pte_write))
		cpus = others(mm);
	if (VARIANT(flush_xchg))
		ptep_get_and_clear(mm, USER_PAGE(0), ptep);
	else
		set_pte(ptep, 0);
	if (VARIANT(free_before_flush))
		free_page(page);
	if (LIBRARY) {
		SmpTlb::flush_page(*mm, USER_PAGE(0));
	} else {
		if (VARIANT(flush_invlpg))
			invlpg(USER_PAGE(0));
		if (!VARIANT(flush_no_barrier) && !VARIANT(flush_invlpg) && !VARIANT(flush_xchg) &&
		    !VARIANT(mask_read_before_pte_write))
			mfence();
		if (!VARIANT(mask_read_before_pte_write))
			cpus = others(mm);
		flush_others(mm, cpus);
	}
	sd_revoked(__pa(mm->pgd), USER_PAGE(0));
	if (!VARIANT(free_before_flush))
		free_page(page);
	preempt_enable();
	sd_cover("the page is reclaimed");
}

// ---- all pages and tables, by a task of mm on CPU 0

static void unmap(void *)
{
	struct mmu_gather tlb;
	unsigned level;

	tlb_gather_mmu(&tlb, mm);
	for (level = 0; level < PGTABLE_LEVELS; level++)
		unhook_level(&tlb, &mm->vma[0], level);
	if (VARIANT(tables_free_before_flush)) {
		page_set_t pages = tlb.pages;

		while (pages)
			free_page(page_set_pop(&pages));
		flush_tlb_mm(mm);
	} else {
		tlb_finish_mmu(&tlb);
	}
	sd_cover("pages and tables are gone");
	sleep_for_ever();
}

// ---- CPU 1

static inline void do_page_fault(unsigned long, unsigned long)
{
	sd_cover("the page is gone");
	sleep_for_ever();
}

static void user(void *)
{
	if (TABLES) {
		user_load(USER_PAGE(0));
		sleep_for_ever();
	}
	for (;;) {
		user_load(USER_PAGE(0));
		yield();
	}
}

static void kernel_thread(void *)
{
	for (;;) {
		if (LIBRARY && kit_cpu_tlbs[1].loaded)
			sd_cover("a kernel thread borrows mm");
		yield();
	}
}

SCENARIO
{
	mm = mm_create("M", 1);
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(kthread_run(kernel_thread, NULL, "kthread"), 2);
	if (TABLES)
		set_cpus_allowed(spawn("unmap", mm, unmap, NULL), 1);
	else
		set_cpus_allowed(kthread_run(reclaim, NULL, "reclaim"), 1);
}
