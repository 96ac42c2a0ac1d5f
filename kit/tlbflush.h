/* Flushing TLBs: the correct versions, in C, which are the architecture's (kit/arch/<name>/tlbflush.h). A scenario about a
 * flush usually replaces one of these with the code under test.
 *
 * When one of them returns, with preemption on or off, no access on any CPU uses any more what it is about and the tables
 * do not say now.
 *
 * Replaceable: KIT_HAVE_FLUSH_TLB_MM, KIT_HAVE_FLUSH_TLB_PAGE, KIT_HAVE_FLUSH_TLB_ALL, and what the architecture has
 * besides.
 */
#ifndef KIT_TLBFLUSH_H
#define KIT_TLBFLUSH_H

#include <kit/pgtable.h>
#include <kit/sched.h>

/* All of mm; entries of upper levels too. */
static inline void flush_tlb_mm(struct mm_struct *mm);
/* One page of mm; what leads to its page table may stay. */
static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va);
/* Everything, global pages included: after a change of a kernel mapping. */
static inline void flush_tlb_all(void);

#include KIT_ARCH_HEADER(tlbflush.h)

#endif
