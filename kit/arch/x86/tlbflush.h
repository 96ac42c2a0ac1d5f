/* x86: flushing the TLB of this CPU, and of this CPU on behalf of an address space: the correct versions, in C.
 *
 * __flush_tlb() reads CR3 and writes it back; the task must not be switched in between, or the value is another
 * address space's. A scenario about a flush usually replaces one of these with the code under test.
 *
 * Replaceable: KIT_HAVE___FLUSH_TLB, KIT_HAVE___FLUSH_TLB_GLOBAL, KIT_HAVE_FLUSH_TLB_MM, KIT_HAVE_FLUSH_TLB_PAGE,
 * KIT_HAVE_FLUSH_TLB_ALL. The first two were macros in many kernels: a macro of that name, defined before the include,
 * is used as it is.
 */
#ifndef KIT_ARCH_X86_TLBFLUSH_H
#define KIT_ARCH_X86_TLBFLUSH_H

#ifdef __flush_tlb
#define KIT_HAVE___FLUSH_TLB
#else
static inline void __flush_tlb(void);
#endif
#ifdef __flush_tlb_global
#define KIT_HAVE___FLUSH_TLB_GLOBAL
#else
static inline void __flush_tlb_global(void);
#endif

#if CONFIG_SMP
#include <kit/arch/x86/tlb_smp.h>
#define KIT_HAVE_FLUSH_TLB_MM
#define KIT_HAVE_FLUSH_TLB_PAGE
#ifndef KIT_HAVE_FLUSH_TLB_ALL
#define KIT_HAVE_FLUSH_TLB_ALL
#endif
#endif

#ifndef KIT_HAVE___FLUSH_TLB
/* Everything but global pages. */
static inline void __flush_tlb(void)
{
	preempt_disable();
	mov_to_cr3(mov_from_cr3());
	preempt_enable();
}
#endif

#ifndef KIT_HAVE___FLUSH_TLB_GLOBAL
/* Everything: a change of CR4.PGE. mmu_cr4_features is a constant, so the two writes carry nothing over that could
 * grow old in between. */
static inline void __flush_tlb_global(void)
{
	preempt_disable();
	mov_to_cr4(mmu_cr4_features & ~X86_CR4_PGE);
	mov_to_cr4(mmu_cr4_features);
	preempt_enable();
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_MM
/* If this CPU does not run on mm it has nothing of it: the switch away wrote CR3. That stays true if a preemption
 * comes after the test. */
static inline void flush_tlb_mm(struct mm_struct *mm)
{
	if (mm == current->active_mm)
		__flush_tlb();
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_PAGE
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	if (mm == current->active_mm)
		invlpg(va);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_ALL
/* Everything, global pages included: after a change of a kernel mapping. */
static inline void flush_tlb_all(void)
{
	if (mmu_cr4_features & X86_CR4_PGE)
		__flush_tlb_global();
	else
		__flush_tlb();
}
#endif

#endif
