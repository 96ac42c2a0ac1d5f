/* Page-table isolation in the form of KAISER (Linux 4.4, 4.9): user mode runs on page tables that have next to nothing
 * of the kernel in them. Include this instead of <kit/kernel.h>, and call pti_init() first in SCENARIO { ... }:
 *
 *	#include <kit/pti.h>
 *
 *	static void task_a(void *arg)
 *	{
 *		return_to_user();
 *		user_load(USER_PAGE(0));
 *		enter_kernel();
 *	}
 *
 *	SCENARIO { pti_init(); spawn("A", pti_mm_create("A", 1), task_a, NULL); }
 *
 * Each mm has a pair of page directories, 8 KiB together and aligned, so one bit of CR3 tells them apart:
 *
 *	             CR3 bit 12   user half           kernel half           PCID
 *	pgd          0            the mm's            all of the kernel     0x00
 *	shadow       1            the same entries    entry text            0x80, where the CPU has PCID
 *
 * The kernel switches on every way in and out, in a few instructions of entry text that both directories map. With
 * PCIDs neither switch flushes (bit 63 of the value). So whoever changes a user translation, or loads another mm, has
 * to see to it that the user PCID is flushed as well: kaiser_flush_tlb_on_return_to_user() leaves a note in this CPU's
 * X86_CR3_PCID_USER_VAR, which is what SWITCH_USER_CR3 ORs into CR3:
 *
 *	bit 63 set      0x8...1080   the shadow, PCID 0x80, no flush: what it normally holds
 *	bit 63 clear    0x0...1080   the note: this exit flushes, and sets bit 63 again
 *	without PCID    0x0...1000   the shadow; every load flushes
 *
 * A context of the checker is in user mode when it makes user accesses. return_to_user() and enter_kernel() are the
 * system call's two ends; interrupts and faults, which may come in user mode, look at CR3 for where they came from, as
 * NMIs have to anyway.
 *
 * Where this is not Linux: the directory that the kernel runs on does not forbid execution of user pages (no _PAGE_NX
 * in its user half); what the shadow maps of the kernel is one page of entry text in a top-level entry of its own; and
 * no page is global, so that CR4.PGE stays clear.
 *
 * Replaceable: KIT_HAVE_SWITCH_USER_CR3, KIT_HAVE_SWITCH_KERNEL_CR3, KIT_HAVE_KAISER_SETUP_PCID,
 * KIT_HAVE_KAISER_FLUSH_TLB_ON_RETURN_TO_USER, KIT_HAVE_LOAD_NEW_MM_CR3, KIT_HAVE___NATIVE_FLUSH_TLB,
 * KIT_HAVE___NATIVE_FLUSH_TLB_SINGLE, KIT_HAVE_DO_NMI.
 */
#ifndef KIT_PTI_H
#define KIT_PTI_H

#ifdef KIT_KERNEL_H
#error "kit/pti.h replaces pieces of the kernel: include it instead of kit/kernel.h"
#endif

#ifdef KIT_SMP
#error "kit/pti.h: the kit's own flushes on several CPUs know nothing of two page directories"
#endif

#define KIT_HAVE_SET_PGD
#define KIT_HAVE_PGD_ALLOC
#define KIT_HAVE_PGD_FREE
#define KIT_HAVE_SWITCH_MM
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_FLUSH_TLB_PAGE
#include <kit/kernel.h>

#ifndef __x86_64__
#error "kit/pti.h: x86-64 only"
#endif

#define KAISER_SHADOW_PGD_OFFSET 0x1000ul
#define X86_CR3_PCID_ASID_KERN 0x00ul
#define X86_CR3_PCID_ASID_USER 0x80ul
#define X86_CR3_PCID_KERN_FLUSH X86_CR3_PCID_ASID_KERN
#define X86_CR3_PCID_USER_FLUSH X86_CR3_PCID_ASID_USER
#define X86_CR3_PCID_KERN_NOFLUSH (X86_CR3_PCID_NOFLUSH | X86_CR3_PCID_ASID_KERN)
#define X86_CR3_PCID_USER_NOFLUSH (X86_CR3_PCID_NOFLUSH | X86_CR3_PCID_ASID_USER)

/* The page that both page directories of every mm map, and that user mode cannot read: kernel_fetch(ENTRY_TEXT). */
#define ENTRY_TEXT 0xffffffff80000000ul

/* What SWITCH_USER_CR3 ORs into CR3: see above. */
DEFINE_PER_CPU(unsigned long, X86_CR3_PCID_USER_VAR);
/* What SWITCH_KERNEL_CR3 ORs into it. One for all CPUs, which have to be equal, then. */
static unsigned long X86_CR3_PCID_KERN_VAR;

static inline void SWITCH_USER_CR3(void);
static inline void SWITCH_KERNEL_CR3(void);
static inline void kaiser_setup_pcid(void);
static inline void kaiser_flush_tlb_on_return_to_user(void);
static inline void load_new_mm_cr3(pte_t *pgd);
static inline void __native_flush_tlb(void);
static inline void __native_flush_tlb_single(unsigned long va);
static inline void do_nmi(void);

/* ---- the pair of page directories --------------------------------------------------------------------------- */

static inline pte_t *native_get_shadow_pgd(pte_t *pgd)
{
	return (pte_t *)((unsigned long)pgd | KAISER_SHADOW_PGD_OFFSET);
}

/* Entries of the user half go into both; those of the kernel half only where they are said. */
static inline void set_pgd(pte_t *pgdp, pte_t pgd)
{
	if (((unsigned long)pgdp & ~PAGE_MASK) / sizeof(pte_t) < FIRST_KERNEL_PGD_NR)
		set_pte(native_get_shadow_pgd(pgdp), pgd);
	set_pte(pgdp, pgd);
}

static inline pte_t *pgd_alloc(void)
{
	pte_t *pgd = pte_alloc_pair(), *shadow = native_get_shadow_pgd(pgd);
	unsigned vmalloc = pte_index(VMALLOC_START, PGTABLE_LEVELS - 1);
	unsigned entry = pte_index(ENTRY_TEXT, PGTABLE_LEVELS - 1);

	set_pte(&pgd[vmalloc], init_mm.pgd[vmalloc]);
	set_pte(&pgd[entry], init_mm.pgd[entry]);
	set_pte(&shadow[entry], init_mm.pgd[entry]);
	sd_same_address_space(__pa(shadow), __pa(pgd));
	sd_user_root(__pa(shadow));
	return pgd;
}

/* What schedules call the two: NAME, and NAME with "shadow". NAME is a string literal. */
#define pti_mm_create(name, pages) kit_name_shadow(mm_create(name, pages), name " shadow")

static inline struct mm_struct *kit_name_shadow(struct mm_struct *mm, const char *name)
{
	sd_name_root(__pa(native_get_shadow_pgd(mm->pgd)), name);
	return mm;
}

static inline void pgd_free(pte_t *pgd)
{
	free_page(__pa(native_get_shadow_pgd(pgd)));
	free_page(__pa(pgd));
}

/* ---- the switch: entry text --------------------------------------------------------------------------------- */

/* Interrupts are off in both. They are inline assembly because that is what entry code is made of. */
#ifndef KIT_HAVE_SWITCH_USER_CR3
/* The note is taken back by writing the low byte of the value over the high one: 0x80 with PCID, which is bit 63 and
 * nothing else, and 0 without. */
static inline void SWITCH_USER_CR3(void)
{
	unsigned long value;

	__asm__ __volatile__("movq	%%cr3, %0\n\t"
			     "andq	%1, %0\n\t"
			     "orq	%%gs:%P2, %0\n\t"
			     "js	9f\n\t"
			     "movb	%b0, %%gs:%P2+7\n"
			     "9:	movq	%0, %%cr3"
			     : "=&q"(value)
			     : "i"(~(X86_CR3_PCID_MASK | KAISER_SHADOW_PGD_OFFSET)),
			       "i"((unsigned long)&X86_CR3_PCID_USER_VAR)
			     : "memory", "cc");
}
#endif

#ifndef KIT_HAVE_SWITCH_KERNEL_CR3
static inline void SWITCH_KERNEL_CR3(void)
{
	unsigned long value;

	__asm__ __volatile__("movq	%%cr3, %0\n\t"
			     "andq	%1, %0\n\t"
			     "orq	%2, %0\n\t"
			     "movq	%0, %%cr3"
			     : "=&r"(value)
			     : "i"(~(X86_CR3_PCID_MASK | KAISER_SHADOW_PGD_OFFSET)), "m"(X86_CR3_PCID_KERN_VAR)
			     : "memory", "cc");
}
#endif

/* The last and the first instructions of a system call. POPF is what IRET does to IF: no shadow as STI has. */
static inline void return_to_user(void)
{
	local_irq_disable();
	SWITCH_USER_CR3();
	popf(X86_EFLAGS_IF);
}

static inline void enter_kernel(void)
{
	local_irq_disable();
	SWITCH_KERNEL_CR3();
	local_irq_enable();
}

/* Around an interrupt or fault, which may have come on either page directory. pti_enter() returns what pti_exit()
 * wants: 1 if it was the shadow. The exit may be on another CPU than the entry. */
static inline unsigned long pti_enter(void)
{
	if (!(mov_from_cr3() & KAISER_SHADOW_PGD_OFFSET))
		return 0;
	SWITCH_KERNEL_CR3();
	return 1;
}

static inline void pti_exit(unsigned long user)
{
	if (user)
		SWITCH_USER_CR3();
}

static inline void pti_page_fault(unsigned long error_code, unsigned long from_user)
{
	unsigned long user = pti_enter();

	/* No processor gets this far: a fault in kernel mode switches nothing, and its handler is not mapped either. */
	if (user && !(error_code & X86_PF_USER))
		sd_violation("architectural-fault", "the kernel touched, on the shadow, what only its own page directory maps");
	do_page_fault(error_code, from_user);
	pti_exit(user);
}

static inline void pti_timer_interrupt(unsigned long error_code, unsigned long from_user)
{
	unsigned long user = pti_enter();

	(void)from_user; /* the shadow may be loaded a moment before the first user access and after the last */
	timer_interrupt(error_code, user);
	pti_exit(user);
}

#ifndef KIT_HAVE_DO_NMI
static inline void do_nmi(void)
{
}
#endif

static inline void pti_nmi(unsigned long error_code, unsigned long from_user)
{
	unsigned long user = pti_enter();

	(void)error_code;
	(void)from_user;
	do_nmi();
	pti_exit(user);
}

/* ---- flushing both PCIDs ------------------------------------------------------------------------------------ */

#ifndef KIT_HAVE_KAISER_FLUSH_TLB_ON_RETURN_TO_USER
/* Without preemption: the note has to lie on the CPU whose user translations it is about. */
static inline void kaiser_flush_tlb_on_return_to_user(void)
{
	if (cpu_has(X86_FEATURE_PCID))
		WRITE_ONCE(X86_CR3_PCID_USER_VAR, X86_CR3_PCID_USER_FLUSH | KAISER_SHADOW_PGD_OFFSET);
}
#endif

#ifndef KIT_HAVE_LOAD_NEW_MM_CR3
/* Another mm: all of them share the two PCIDs, so both are flushed. */
static inline void load_new_mm_cr3(pte_t *pgd)
{
	kaiser_flush_tlb_on_return_to_user();
	mov_to_cr3(__pa(pgd) | X86_CR3_PCID_KERN_FLUSH);
}
#endif

#ifndef KIT_HAVE___NATIVE_FLUSH_TLB
static inline void __native_flush_tlb(void)
{
	preempt_disable();
	kaiser_flush_tlb_on_return_to_user();
	mov_to_cr3(mov_from_cr3());
	preempt_enable();
}
#endif

#ifndef KIT_HAVE___NATIVE_FLUSH_TLB_SINGLE
/* INVLPG reaches the current PCID only, the kernel's. */
static inline void __native_flush_tlb_single(unsigned long va)
{
	preempt_disable();
	kaiser_flush_tlb_on_return_to_user();
	invlpg(va);
	preempt_enable();
}
#endif

static inline void __flush_tlb(void)
{
	__native_flush_tlb();
}

/* An mm that is not loaded has nothing in the kernel's PCID; what the user's had of it went, or goes, with the note that
 * the switch away left. */
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	if (mm == current->active_mm)
		__native_flush_tlb_single(va);
}

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *task)
{
	(void)task;
	if (prev != next)
		load_new_mm_cr3(next->pgd);
}

/* ---- boot --------------------------------------------------------------------------------------------------- */

#ifndef KIT_HAVE_KAISER_SETUP_PCID
static inline void kaiser_setup_pcid(void)
{
	unsigned long user_cr3 = KAISER_SHADOW_PGD_OFFSET;

	if (cpu_has(X86_FEATURE_PCID))
		user_cr3 |= X86_CR3_PCID_USER_NOFLUSH;
	WRITE_ONCE(X86_CR3_PCID_USER_VAR, user_cr3);
}
#endif

/* On each CPU, once translation is on, with interrupts off and CR3 bits 11:0 clear. */
static inline void setup_pcid(void)
{
	if (cpu_has(X86_FEATURE_PCID))
		mov_to_cr4(mov_from_cr4() | X86_CR4_PCIDE);
	X86_CR3_PCID_KERN_VAR = cpu_has(X86_FEATURE_PCID) ? X86_CR3_PCID_KERN_NOFLUSH : X86_CR3_PCID_KERN_FLUSH;
	kaiser_setup_pcid();
}

/* Before the first mm is made. init_mm becomes a pair as well. */
static inline void pti_init(void)
{
	pte_t *single = init_mm.pgd;

	set_pte(&single[pte_index(ENTRY_TEXT, PGTABLE_LEVELS - 1)], __pa(pte_alloc_one()) | _PAGE_TABLE);
	init_mm.pgd = pgd_alloc();
	sd_name_root(__pa(init_mm.pgd), "init_mm");
	kit_name_shadow(&init_mm, "init_mm shadow");
	mov_to_cr3(__pa(init_mm.pgd));
	free_page(__pa(single));
	mmu_cr4_features &= ~X86_CR4_PGE;
	mov_to_cr4(mmu_cr4_features);
	map_kernel_page(ENTRY_TEXT, get_zeroed_page(), PAGE_KERNEL);
	sd_user_pcid(X86_CR3_PCID_ASID_USER);
	setup_pcid();
	sd_set_vector(X86_TRAP_PF, pti_page_fault);
	sd_set_vector(X86_TRAP_NMI, pti_nmi);
	sd_set_vector(LOCAL_TIMER_VECTOR, pti_timer_interrupt);
}

#endif
