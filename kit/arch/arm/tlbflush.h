/* ARMv5: this CPU is the only one. It has something of mm only while mm is loaded: the switch away flushes everything. */
#ifndef KIT_ARCH_ARM_TLBFLUSH_H
#define KIT_ARCH_ARM_TLBFLUSH_H

#ifndef KIT_HAVE_FLUSH_TLB_MM
static inline void flush_tlb_mm(struct mm_struct *mm)
{
	if (mm == current->active_mm)
		mcr_tlb_invalidate_all();
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_PAGE
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	if (mm == current->active_mm)
		mcr_tlb_invalidate_mva(va & PAGE_MASK);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_ALL
static inline void flush_tlb_all(void)
{
	mcr_tlb_invalidate_all();
}
#endif

#endif
