// Who calls the unprotected flush in a preemptible section, and who of them gets away with it.
//
// Linux 2.6.10 with CONFIG_PREEMPT. The flush macros left preemption to their callers, and an audit found many that did
// not turn it off. Two of them: ioremap(), called by a driver's kernel thread, maps a device's page and flushes; and
// copy_mm(), called by task A in fork(), makes A's page read-only, to be shared with the child until one of them writes
// to it, and flushes. User task B touches its page.
//
// machine: x86-64
// variant: ioremap-buggy  FAIL wrong-page-table
// variant: ioremap-buggy  FAIL wrong-page-table  --cpu-features none
// variant: ioremap-fixed  PASS
// variant: ioremap-fixed  PASS                   --cpu-features none
// variant: copy-mm-buggy  PASS
// variant: copy-mm-fixed  PASS
//
// What each variant must give, and why (written before the first run):
//
// ioremap-buggy: FAIL. The thread has no mm. It reads CR3, is preempted, B runs, B is preempted, the thread borrows B's
//   mm, writes the old root, and B is resumed on it. The same on a CPU without global pages: CR3 is what it is about.
// ioremap-fixed: PASS, on both. The library's flush, with preemption off: on a CPU with global pages it switches PGE off
//   and on, on one without it reloads CR3.
// copy-mm-buggy: PASS, though the code is the same. The caller has an mm of its own: whenever A runs, CR3 holds A's
//   root, so the root that is read and the root that is written are the same, however often A is preempted in
//   between. Nor is the flush missed: if A was switched away, CR3 was written on the way back.
// copy-mm-fixed: PASS, for that reason and because it is not preempted.
#define KIT_HAVE___FLUSH_TLB
#define KIT_HAVE_FLUSH_TLB_ALL
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define DEVICE_ID 0x8086ul
#define BEFORE_FORK 1ul
#define AFTER_FORK 2ul

static inline void __flush_tlb(void)
{
	if (VARIANT(copy_mm_buggy))
		mov_to_cr3(mov_from_cr3());
	else
		LocalTlb::flush();
}

static inline void flush_tlb_all(void)
{
	if (VARIANT(ioremap_buggy)) {
		mov_to_cr4(mmu_cr4_features & ~X86_CR4_PGE);
		mov_to_cr3(mov_from_cr3());
		mov_to_cr4(mmu_cr4_features);
	} else {
		LocalTlb::flush_all();
	}
}

// ---- ioremap, in a kernel thread ----

static unsigned long ioremap(unsigned long device)
{
	unsigned long va = VMALLOC_PAGE(0);

	map_kernel_page(va, device, PAGE_KERNEL | _PAGE_PCD);
	flush_tlb_all();
	return va;
}

static void driver(void *device)
{
	unsigned long registers;

	if (current->active_mm != &init_mm)
		sd_cover("the driver borrows a user task's mm");
	registers = ioremap(__pa(device));
	sd_assert(kernel_load(registers) == DEVICE_ID);
}

// ---- copy_mm, in a task with an mm of its own ----

static struct mm_struct *mm_child;

// The page at va: from now on shared by both, and read-only, until one of them writes to it.
static void copy_page(struct mm_struct *to, struct mm_struct *from, unsigned long va)
{
	pte_t *source, pte;
	unsigned long flags;

	local_irq_save(flags);
	source = pte_offset(from, va);
	pte = ptep_get(source) & ~_PAGE_RW;
	get_page(pte_page(pte));
	set_pte(source, pte);
	set_pte(pte_alloc(to, va), pte);
	local_irq_restore(flags);
}

static unsigned long *page_of(struct mm_struct *mm, unsigned long va)
{
	return (unsigned long *)__va(pte_page(ptep_get(pte_offset(mm, va))));
}

static void fork(void *)
{
	struct mm_struct *mm = current->mm;
	unsigned long va = USER_PAGE(0);

	user_store(va, BEFORE_FORK);
	copy_page(mm_child, mm, va);
	flush_tlb_mm(mm);
	sd_revoked(__pa(mm->pgd), va);
	user_store(va, AFTER_FORK); // faults, and gets a copy
	sd_assert(*page_of(mm_child, va) == BEFORE_FORK);
	if (page_of(mm, va) != page_of(mm_child, va))
		sd_cover("the write after fork has made a copy");
	for (;;)
		user_load(va);
}

static void user_task(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	spawn("B", mm_create("B", 1), user_task, NULL);
	if (VARIANT(ioremap_buggy) || VARIANT(ioremap_fixed)) {
		unsigned long device = get_zeroed_page();

		*(unsigned long *)__va(device) = DEVICE_ID;
		kthread_run(driver, __va(device), "driver");
	} else {
		mm_child = mm_alloc("child");
		do_mmap(mm_child, USER_BASE, 1, PAGE_SHARED);
		spawn("A", mm_create("A", 1), fork, NULL);
	}
}
