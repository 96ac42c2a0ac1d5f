/* What of Linux's batched unmapping is the same on every architecture: reclaim counts in each mm the pages whose flush is
 * still to come (set_tlb_ubc_flush_pending), and whoever changes entries of that mm under the page-table lock flushes
 * first if any are (flush_tlb_batched_pending). An architecture says how: arch_flush_tlb_batched_pending(mm), or, if
 * GENERIC_FLUSH_TLB_BATCHED_PENDING is 1, the core does it with flush_tlb_mm(mm) for all of them.
 */
#ifndef BATCHED_H
#define BATCHED_H

#define TLB_FLUSH_BATCH_FLUSHED_SHIFT 16
#define TLB_FLUSH_BATCH_PENDING_MASK 0x7fffu
#define TLB_FLUSH_BATCH_PENDING_LARGE (TLB_FLUSH_BATCH_PENDING_MASK / 2)

struct mm_struct;

static inline void flush_tlb_mm(struct mm_struct *mm);
static inline void arch_flush_tlb_batched_pending(struct mm_struct *mm);

/* BATCH is mm->tlb_flush_batched: pending in the lower half, flushed in the upper. */
static inline void inc_tlb_flush_batched(unsigned *batch)
{
	unsigned before = __atomic_load_n(batch, __ATOMIC_RELAXED), after;

	do {
		after = (before & TLB_FLUSH_BATCH_PENDING_MASK) > TLB_FLUSH_BATCH_PENDING_LARGE ? 1 : before + 1;
	} while (!__atomic_compare_exchange_n(batch, &before, after, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
}

/* With the page-table lock held. */
static inline void drain_tlb_flush_batched(struct mm_struct *mm, unsigned *batch)
{
	unsigned before = __atomic_load_n(batch, __ATOMIC_RELAXED);
	unsigned pending = before & TLB_FLUSH_BATCH_PENDING_MASK, flushed = before >> TLB_FLUSH_BATCH_FLUSHED_SHIFT;

	if (pending == flushed)
		return;
	sd_cover("reclaim has a flush pending");
	if (GENERIC_FLUSH_TLB_BATCHED_PENDING)
		flush_tlb_mm(mm);
	else
		arch_flush_tlb_batched_pending(mm);
	__atomic_compare_exchange_n(batch, &before, pending | pending << TLB_FLUSH_BATCH_FLUSHED_SHIFT, 0,
				    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

#endif
