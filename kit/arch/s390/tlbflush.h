/* s390x: what an IPTE invalidates (pgtable.h) is forgotten by all CPUs in the same step, so a page needs no further flush. */
#ifndef KIT_ARCH_S390_TLBFLUSH_H
#define KIT_ARCH_S390_TLBFLUSH_H

#ifndef KIT_HAVE_FLUSH_TLB_PAGE
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	(void)mm;
	(void)va;
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_ALL
/* Compare and swap and purge, of a word that nobody looks at. */
static inline void flush_tlb_all(void)
{
	unsigned dummy = 0;

	csp(&dummy, 0, 0);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_MM
static inline void flush_tlb_mm(struct mm_struct *mm)
{
	if (cpu_has(S390_HAS_IDTE))
		idte_asce(mm_asce(mm));
	else
		flush_tlb_all();
}
#endif

static inline void arch_start_lazy_tlb(void)
{
}

#endif
