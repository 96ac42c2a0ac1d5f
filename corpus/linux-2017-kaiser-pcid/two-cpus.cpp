// KAISER's notes and variables on two CPUs: whose are they?
//
// Linux, 2017, x86-64 ("kaiser: load_new_mm_cr3() let SWITCH_USER_CR3 flush user"; the system on one CPU is in
// kaiser-pcid.cpp). X86_CR3_PCID_USER_VAR, where the note is left, is per CPU. X86_CR3_PCID_KERN_VAR is one for all, and
// every CPU initialises it: "no problem when (as usual) all cpus on a machine have the same features, but in principle
// incorrect".
//
// The system: one task, one page, two CPUs; no kernel but a scheduler of a few lines. The task touches its page in user
// mode, and in the kernel maps another page there, flushes both CPUs and promises. Wherever it may be preempted, in user
// mode too, it may go on on the other CPU. The CPU that it leaves idles on its mm (lazy TLB), and does not load it again
// when the task comes back. The flush: this CPU's, then an IPI to the other.
//
// machine: x86-64
// cpus: 2
// variant: note             PASS                          --cpu-features pcid
// variant: note             PASS                          --cpu-features none
// variant: note             PASS                          --cpu-features pcid/none
// variant: note             PASS                          --cpu-features none/pcid
// variant: note-asm         PASS                          --cpu-features pcid
// variant: note-preemptible FAIL revoked-translation      --cpu-features pcid
// variant: note-preemptible PASS                          --cpu-features none
// variant: kern-var-global  FAIL architectural-fault #GP  --cpu-features pcid/none
// variant: kern-var-global  FAIL architectural-fault #GP  --cpu-features none/pcid
// variant: kern-var-global  PASS                          --cpu-features pcid/pcid,invpcid
//
// What each variant must give, and why (written before the first run):
//
// note: tlb/x86/kaiser.hpp. The note is left, and the CPU's own PCID flushed, under a guard: both are this CPU's. The
//   other one does the same for itself when the IPI comes, before the promise. So on whichever CPU the task returns to
//   user mode, that CPU's user PCID has been flushed since the change, or will be by this exit. PASS. It holds for CPUs
//   that differ as well: no variable is common to both.
// note-asm: kit/pti.h's code in its place, and preemption off. CPUs are equal. PASS.
// note-preemptible: without preempt_disable(). The task, back from CPU 1, leaves the note on CPU 0, is preempted, and goes
//   on on CPU 1, where its mm is still loaded. The rest of the flush is for CPU 1's kernel PCID, and the IPI goes to CPU 0.
//   CPU 1's user PCID still holds the old page, and the exit there finds no note: it is used after the promise. Without
//   PCID every exit flushes: PASS. (On one CPU: PASS, kaiser-pcid.cpp.)
// kern-var-global: the CPUs set up PCIDs in either order. If the one with PCID comes last, the variable has bit 63, and
//   the other's first way into the kernel loads it into CR3 while CR4.PCIDE is 0: #GP. (If it comes first, it flushes on
//   every entry, which is right and slow.) Two CPUs with PCID: PASS.
#define KIT_MAX_MMS 1
#define KIT_MAX_TASKS 1
#define KIT_PAGES 20
#include <shootdown/scenario.h>
#if VARIANT(note)
#define KIT_HAVE_SWITCH_USER_CR3
#define KIT_HAVE_SWITCH_KERNEL_CR3
#define KIT_HAVE_LOAD_NEW_MM_CR3
#endif
#include <kit/pti.hpp>

#define FLUSH_VECTOR 0xfdu

#if VARIANT(note)
static inline void SWITCH_USER_CR3(void)
{
	Kaiser::switch_to_user(InterruptsOff::already());
}

static inline void SWITCH_KERNEL_CR3(void)
{
	Kaiser::switch_to_kernel(InterruptsOff::already());
}

static inline void load_new_mm_cr3(pte_t *pgd)
{
	Kaiser::load_mm(InterruptsOff::already(), __pa(pgd));
}
#endif

// On each CPU.
static void init_pcid(void)
{
	setup_pcid();
	if (VARIANT(note))
		Kaiser::init_cpu(InterruptsOff::already());
}

// ---- the scheduler ---------------------------------------------------------------------------------------------

static struct mm_struct *mm;
static unsigned task_context_number, idle_context[2];
// 1 while the task runs on no CPU.
static unsigned ready;
DEFINE_PER_CPU(int, has_mm);

// For the cover points.
static unsigned last_cpu;

// Interrupts are off but for a moment in each round, when the other CPU's IPI may come.
static void idle(void)
{
	for (;;) {
		while (!__atomic_exchange_n(&ready, 0u, __ATOMIC_SEQ_CST)) {
			popf(X86_EFLAGS_IF);
			pause();
			local_irq_disable();
		}
		if (has_mm && last_cpu != smp_processor_id())
			sd_cover("the task comes back to a CPU that has idled on its mm");
		last_cpu = smp_processor_id();
		if (!has_mm) {
			load_new_mm_cr3(mm->pgd);
			has_mm = 1;
		}
		sd_context_switch(task_context_number);
		// Only now may another CPU switch to it.
		__atomic_store_n(&ready, 1u, __ATOMIC_RELEASE);
	}
}

static void timer(unsigned long, unsigned long)
{
	if (sd_context_self() != task_context_number || in_atomic())
		return;
	unsigned long user = pti_enter();

	sd_context_switch(idle_context[smp_processor_id()]);
	pti_exit(user);
}

// ---- the flush -------------------------------------------------------------------------------------------------

static unsigned acknowledged;

static void flush_this_cpu(const Kaiser::Guard &guard)
{
	if (VARIANT(note)) {
		Kaiser::flush(guard);
	} else {
		kaiser_flush_tlb_on_return_to_user();
		mov_to_cr3(mov_from_cr3());
	}
}

static void flush_interrupt(unsigned long, unsigned long)
{
	const Kaiser::Guard guard;

	flush_this_cpu(guard);
	__atomic_store_n(&acknowledged, 1u, __ATOMIC_RELEASE);
}

static void flush_other_cpu(const Kaiser::Guard &)
{
	__atomic_store_n(&acknowledged, 0u, __ATOMIC_RELAXED);
	mfence();
	sd_send_ipi(!smp_processor_id(), FLUSH_VECTOR);
	while (!__atomic_load_n(&acknowledged, __ATOMIC_ACQUIRE))
		pause();
}

static void flush_both(void)
{
	if (VARIANT(note_preemptible)) {
		kaiser_flush_tlb_on_return_to_user();
		const Kaiser::Guard guard; // too late

		mov_to_cr3(mov_from_cr3());
		flush_other_cpu(guard);
	} else {
		const Kaiser::Guard guard;

		flush_this_cpu(guard);
		flush_other_cpu(guard);
	}
}

// ---- the task --------------------------------------------------------------------------------------------------

static void task(void *)
{
	unsigned long va = USER_PAGE(0), now = pte_page(ptep_get(pte_offset(mm, va))), next = get_zeroed_page();

	local_irq_enable();
	for (;;) {
		return_to_user();
		user_load(va);
		enter_kernel();
		set_pte(pte_offset(mm, va), mk_pte(next, PAGE_SHARED));
		flush_both();
		sd_revoked(__pa(mm->pgd), va);
		unsigned long old = now;

		now = next;
		next = old;
	}
}

// ---- boot ------------------------------------------------------------------------------------------------------

static unsigned set_up;

static void start_secondary(void *)
{
	sd_context_daemon(sd_context_self());
	enable_paging(mmu_cr4_features);
	init_pcid();
	__atomic_store_n(&set_up, 1u, __ATOMIC_RELEASE);
	idle();
}

SCENARIO
{
	pti_init();
	mm = pti_mm_create("A", 1);
	task_context_number = sd_context_create(task, NULL, "A");
	sd_expect_root(task_context_number, __pa(mm->pgd));
	sd_set_vector(LOCAL_TIMER_VECTOR, timer);
	sd_set_vector(FLUSH_VECTOR, flush_interrupt);
	sd_timer(LOCAL_TIMER_VECTOR);
	init_pcid();
	idle_context[1] = sd_cpu_start(1, start_secondary, NULL, "idle");
	while (!__atomic_load_n(&set_up, __ATOMIC_ACQUIRE))
		pause();
	if (sd_choose(2))
		init_pcid(); // and so this CPU is the last
	__atomic_store_n(&ready, 1u, __ATOMIC_RELEASE);
	idle();
}
