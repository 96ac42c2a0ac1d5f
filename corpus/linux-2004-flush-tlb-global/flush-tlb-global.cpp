// Flushing global pages by switching CR4.PGE off and on, preemptibly.
//
// Linux 2.6.10 with CONFIG_PREEMPT. Kernel pages are global: a write of CR3 leaves their translations alone, a change
// of CR4.PGE drops everything. The kernel wrote CR4 without PGE, reloaded CR3, and wrote CR4 with PGE, both CR4
// values made from a constant, mmu_cr4_features. One or two kernel threads each give a kernel page another frame and
// flush; from the flush on nobody may find the old frame. User task B touches its page.
//
// machine: x86-64
// variant: buggy         FAIL wrong-page-table
// variant: fixed         PASS
// variant: cr4-only      PASS
// variant: cr4-only-rmw  FAIL revoked-translation
//
// What each variant must give, and why (written before the first run):
//
// buggy: FAIL, by the CR3 reload in the middle. The thread reads CR3, is preempted, B runs, B is preempted, the thread
//   borrows B's mm and writes the old root; B is resumed without a load. CR4 has no part in it.
// fixed: PASS. The library switches PGE off and on with preemption off (and needs no CR3 reload for it).
// cr4-only: PASS, although preemptible. Nothing is carried over that could grow old: both values are constants. A
//   thread that finishes has either turned PGE on itself or found it on; either way PGE has changed between its store
//   to the page table and its return, so the old translation is gone:
//     - its first write turns PGE off: flushed there;
//     - its first write finds PGE off already (the other thread is preempted in the middle): then somebody, the other
//       thread or its own second write, turns PGE on before it returns: flushed there.
//   And CR3 is never written with an old value, for it is not written.
//   Were nothing global cached, all this would prove nothing: each thread may reload CR3 first, and a cover point wants
//   to see the old translation after that.
// cr4-only-rmw: FAIL. Both values are made from a CR4 that was read. Thread 1 turns PGE off and is preempted. Thread 2
//   stores its new entry, reads a CR4 without PGE, writes it without PGE, and restores it without PGE: no change, no
//   flush. It then still finds the old frame of its (global) page.
#define KIT_HAVE___FLUSH_TLB_GLOBAL
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define OLD 1ul
#define NEW 2ul

static inline void __flush_tlb_global(void)
{
	if (VARIANT(buggy)) {
		mov_to_cr4(mmu_cr4_features & ~X86_CR4_PGE);
		mov_to_cr3(mov_from_cr3());
		mov_to_cr4(mmu_cr4_features);
	} else if (VARIANT(fixed)) {
		LocalTlb::flush_all();
	} else if (VARIANT(cr4_only)) {
		mov_to_cr4(mmu_cr4_features & ~X86_CR4_PGE);
		mov_to_cr4(mmu_cr4_features);
	} else {
		unsigned long cr4 = mov_from_cr4();

		mov_to_cr4(cr4 & ~X86_CR4_PGE);
		mov_to_cr4(cr4);
	}
}

// A page of the kernel that holds VALUE.
static unsigned long page_with(unsigned long value)
{
	unsigned long page = get_zeroed_page();

	*(unsigned long *)__va(page) = value;
	return page;
}

// Only a global translation survives a reload of CR3: if the old frame is still found, it was one.
static void cover_global(unsigned long va)
{
	unsigned long flags;

	local_irq_save(flags);
	mov_to_cr3(mov_from_cr3());
	if (kernel_load(va) == OLD)
		sd_cover("a global translation outlives a CR3 reload");
	local_irq_restore(flags);
}

// Gives the kernel page at va the frame new_page: an entry that may be cached is replaced, so a flush has to follow.
static void remap(unsigned long va, unsigned long new_page)
{
	set_pte(pte_offset(&init_mm, va), mk_pte(new_page, PAGE_KERNEL));
	if (sd_choose(2))
		cover_global(va);
	__flush_tlb_global();
	sd_revoked_everywhere(__pa(init_mm.pgd), va);
	sd_assert(kernel_load(va) == NEW);
}

static unsigned long new_page[2];

static void flusher_1(void *)
{
	remap(VMALLOC_PAGE(0), new_page[0]);
}

static void flusher_2(void *)
{
	remap(VMALLOC_PAGE(1), new_page[1]);
}

static void user_task(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	map_kernel_page(VMALLOC_PAGE(0), page_with(OLD), PAGE_KERNEL);
	map_kernel_page(VMALLOC_PAGE(1), page_with(OLD), PAGE_KERNEL);
	new_page[0] = page_with(NEW);
	new_page[1] = page_with(NEW);
	spawn("B", mm_create("B", 1), user_task, NULL);
	kthread_run(flusher_1, NULL, "flusher 1");
	if (sd_choose(2))
		kthread_run(flusher_2, NULL, "flusher 2");
}
