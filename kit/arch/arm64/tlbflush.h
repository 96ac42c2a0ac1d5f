/* arm64: TLBIs that reach every CPU, by one CPU or by several: no IPIs, and no record of who runs where.
 *
 *	DSB ISHST	walks see the tables' new contents, before
 *	TLBI ... IS	is sent to all CPUs; each performs it when it likes, but
 *	DSB ISH		this CPU goes on when all have, and their accesses that used what goes are complete
 *
 * The three are one CPU's: a DSB waits for no other CPU's TLBIs. So preemption is off in between, or the switch to another
 * task has a DSB (__switch_to()). No ISB: what an access of user mode uses is behind an ERET.
 */
#ifndef KIT_ARCH_ARM64_TLBFLUSH_H
#define KIT_ARCH_ARM64_TLBFLUSH_H

/* Xt of a TLBI by ASID, and by address. */
#define __TLBI_VADDR(va, asid) (((va) >> 12 & 0xffffffffffful) | (unsigned long)(asid) << 48)

#ifndef KIT_HAVE_FLUSH_TLB_MM
static inline void flush_tlb_mm(struct mm_struct *mm)
{
	dsb(ishst);
	tlbi(ASIDE1IS, __TLBI_VADDR(0ul, ASID(mm)));
	dsb(ish);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_PAGE
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	dsb(ishst);
	tlbi(VALE1IS, __TLBI_VADDR(va, ASID(mm)));
	dsb(ish);
}
#endif

#ifndef KIT_HAVE_FLUSH_TLB_ALL
/* The kernel goes on without an ERET, so it needs the ISB. Other CPUs may still fetch instructions through what went. */
static inline void flush_tlb_all(void)
{
	dsb(ishst);
	tlbi(VMALLE1IS, 0);
	dsb(ish);
	isb();
}
#endif

static inline void arch_start_lazy_tlb(void)
{
}

#endif
