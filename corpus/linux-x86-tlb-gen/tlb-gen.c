/* TLB generations: a CPU keeps what it has of an address space under its PCID while it runs another one, and finds out
 * when it comes back whether it missed a flush.
 *
 * Linux's scheme on x86 since 4.14, written anew and without its optimisations. Each mm has a generation, raised by
 * every flush; each CPU remembers for each mm up to which generation its TLB is flushed. A switch loads CR3 without a
 * flush if the two are equal. A flush interrupts only the CPUs that run on the mm.
 *
 *      flush                                       switch to mm
 *      (1) clear the entry                         (4) set this CPU's bit in mm_cpumask
 *      (2) tlb_gen += 1       (LOCKed)             (5) read tlb_gen
 *      (3) read mm_cpumask, interrupt those        (6) CR3 := mm, flushing if tlb_gen is higher than this CPU's
 *
 * cpus: 2
 * variant: fixed            PASS --cpu-features pcid
 * variant: fixed            PASS --cpu-features none
 * variant: gen-before-bit   FAIL revoked-translation --cpu-features pcid
 * variant: gen-before-bit   PASS --cpu-features none
 * variant: partial-on-gap   FAIL revoked-translation --cpu-features pcid
 * variant: local-gen-reread FAIL revoked-translation --cpu-features pcid
 * variant: local-gen-first  PASS --cpu-features pcid
 *
 * Two CPUs. On CPU 1 a task of mm that reads its two pages, and a task of another mm; each gives the CPU to the other
 * when it likes. On CPU 0 a kernel thread that reclaims mm's first page, once. In partial-on-gap and fixed the task of
 * mm itself takes the second page away at some time, so that there are two flushes, of which CPU 1 may see the requests
 * in either order.
 *
 * What each variant must give, and why (written before the first run):
 *
 * fixed: PASS. Either (3) sees the bit, and the CPU is interrupted; or (4) comes after (3), hence after (2), and (5)
 *   reads the new generation. MOV to CR3 serialises, so with what (6) flushed gone, walks read the cleared entry.
 *   Without PCIDs every load flushes, and the same order holds.
 * gen-before-bit: (5) before (4). FAIL: between the two the flusher raises the generation and finds no bit; CPU 1 comes
 *   back to the translations it has kept. Without PCIDs PASS: the load flushes, whatever the generation says; that the
 *   CPU remembers too low a generation costs a flush.
 * partial-on-gap: a request for one page flushes that page only, and the CPU takes itself to be as far as tlb_gen is.
 *   FAIL: the second flush, by the task on CPU 1 itself, comes before the first one's interrupt; afterwards the
 *   generations are equal and the first one's page is not flushed. Right is a partial flush only if the request is the
 *   next one after what this CPU has, and the newest.
 * local-gen-reread: after the flush, the generation that is remembered is read again. FAIL: it may have been raised by
 *   a flush whose entry was walked in between; that one's interrupt finds nothing to do.
 * local-gen-first: remembered before the flush instead of after it. PASS: interrupts are off for both, and no other CPU
 *   looks at what this one remembers, so nobody can come between the two.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_PAGES 24
#define KIT_HAVE_CPU_INIT
#define KIT_HAVE_DO_PAGE_FAULT
#define KIT_HAVE_SWITCH_MM
#define KIT_HAVE_ENTER_LAZY_TLB
#define KIT_HAVE_FLUSH_TLB_FUNC
#define KIT_HAVE_FLUSH_TLB_RANGE
#include <kit/kernel.h>

#define TWO_FLUSHES (VARIANT(fixed) || VARIANT(partial_on_gap))

/* mm number n has PCID n + 1; PCID 0 is init_mm's. */
static unsigned long tlb_gen[2]; /* of each mm; 1 at first, so that what was never loaded counts as not flushed */
static unsigned long local_gen[NR_CPUS][2]; /* up to where a CPU's TLB is flushed */
static struct mm_struct *mm, *other;

static inline void cpu_init(void)
{
	if (cpu_has(X86_FEATURE_PCID))
		mov_to_cr4(mov_from_cr4() | X86_CR4_PCIDE);
}

static inline unsigned number(struct mm_struct *of)
{
	return of == other;
}

static inline unsigned long read_gen(struct mm_struct *of)
{
	return __atomic_load_n(&tlb_gen[number(of)], __ATOMIC_RELAXED);
}

static inline void load(struct mm_struct *next, int flush)
{
	if (!cpu_has(X86_FEATURE_PCID))
		mov_to_cr3(__pa(next->pgd));
	else if (flush)
		mov_to_cr3(__pa(next->pgd) | (number(next) + 1));
	else
		mov_to_cr3(__pa(next->pgd) | (number(next) + 1) | X86_CR3_PCID_NOFLUSH);
}

/* Interrupts are off. */
static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	unsigned cpu = smp_processor_id();
	unsigned long *local = &local_gen[cpu][number(next)], gen = 0;
	int flush;

	(void)task;
	if (prev == next)
		return;
	if (VARIANT(gen_before_bit))
		gen = read_gen(next);
	cpumask_set_cpu(cpu, mm_cpumask(next));
	if (!VARIANT(gen_before_bit))
		gen = read_gen(next);
	cpu_tlb_mm = next;
	flush = *local != gen;
	if (VARIANT(local_gen_first))
		*local = gen;
	if (!flush)
		sd_cover("a switch that keeps what is cached");
	load(next, flush);
	if (VARIANT(local_gen_reread))
		*local = read_gen(next);
	else if (!VARIANT(local_gen_first))
		*local = gen;
	if (prev != &init_mm)
		cpumask_clear_cpu(cpu, mm_cpumask(prev));
}

/* A CPU that only borrows an mm is flushed like one that runs on it. */
static inline void enter_lazy_tlb(struct mm_struct *borrowed, struct task_struct *task)
{
	(void)borrowed;
	(void)task;
}

struct request {
	struct flush_tlb_info info;
	unsigned long new_gen;
};

/* One CPU's part; interrupts are off. */
static inline void flush_tlb_func(void *data)
{
	struct request *request = (struct request *)data;
	struct mm_struct *of = request->info.mm;
	unsigned long *local = &local_gen[smp_processor_id()][number(of)], gen;
	int partial;

	if (cpu_tlb_mm != of)
		return;
	gen = read_gen(of);
	if (*local == gen)
		return;
	partial = request->new_gen == *local + 1 && request->new_gen == gen;
	if (VARIANT(local_gen_first))
		*local = gen;
	if (partial || VARIANT(partial_on_gap)) {
		sd_cover("one page is flushed");
		invlpg(request->info.va);
	} else {
		load(of, 1);
	}
	if (VARIANT(local_gen_reread))
		*local = read_gen(of);
	else if (!VARIANT(local_gen_first))
		*local = gen;
}

static inline void flush_tlb_range(struct mm_struct *of, unsigned long va)
{
	struct request request;
	unsigned long flags, others;

	request.info.mm = of;
	request.info.va = va;
	preempt_disable();
	request.new_gen = __atomic_add_fetch(&tlb_gen[number(of)], 1, __ATOMIC_SEQ_CST);
	local_irq_save(flags);
	flush_tlb_func(&request);
	local_irq_restore(flags);
	others = cpumask_others(mm_cpumask(of), smp_processor_id());
	if (others)
		smp_call_function_many(others, flush_tlb_func, &request);
	preempt_enable();
}

/* Takes a page away for good. */
static inline void reclaim_page(unsigned long va)
{
	set_pte(pte_offset(mm, va), 0);
	flush_tlb_page(mm, va);
	sd_revoked(__pa(mm->pgd), va);
}

static inline void do_page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_cover("the page is gone");
	sleep_for_ever();
}

static void reclaim(void *unused)
{
	(void)unused;
	reclaim_page(USER_PAGE(0));
	sd_cover("the page is reclaimed");
}

static void user(void *unused)
{
	int second = 0;

	(void)unused;
	for (;;) {
		switch (sd_choose(TWO_FLUSHES && !second ? 3 : 2)) {
		case 0: user_load(USER_PAGE(0)); break;
		case 1: yield(); break;
		default:
			second = 1;
			reclaim_page(USER_PAGE(1));
			break;
		}
	}
}

static void other_user(void *unused)
{
	(void)unused;
	for (;;)
		yield();
}

SCENARIO
{
	mm = mm_create("M", 2);
	other = mm_create("N", 1);
	tlb_gen[0] = tlb_gen[1] = 1;
	set_cpus_allowed(spawn("user", mm, user, NULL), 2);
	set_cpus_allowed(spawn("other", other, other_user, NULL), 2);
	set_cpus_allowed(kthread_run(reclaim, NULL, "reclaim"), 1);
}
