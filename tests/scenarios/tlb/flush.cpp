// tlb/x86/flush.hpp, each function: what it must remove is gone, in an address space of its own and in a borrowed one.
//
// machine: x86-64, i386
// variant: page        PASS
// variant: local       PASS
// variant: all         PASS
// variant: all-no-pge  PASS  --cpu-features none
// variant: wrong-page  FAIL revoked-translation
// variant: not-global  FAIL revoked-translation
// variant: none        FAIL revoked-translation
//
// wrong-page: the neighbour is flushed. not-global: flush() after the change of a global page.
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define OLD 1ul
#define NEW 2ul

static unsigned long page_with(unsigned long value)
{
	unsigned long page = get_zeroed_page();

	*(unsigned long *)__va(page) = value;
	return page;
}

static unsigned long new_user_page, new_kernel_page;

static void user_task(void *)
{
	struct mm_struct *mm = current->mm;
	unsigned long va = USER_PAGE(0);

	user_store(va, OLD);
	set_pte(pte_offset(mm, va), mk_pte(new_user_page, PAGE_SHARED));
	if (user_load(va) == OLD)
		sd_cover("the old translation is used before the flush");
	if (VARIANT(page))
		LocalTlb::flush_page(va + 8);
	else if (VARIANT(local))
		LocalTlb::flush();
	else if (VARIANT(all) || VARIANT(all_no_pge))
		LocalTlb::flush_all();
	else if (VARIANT(wrong_page))
		LocalTlb::flush_page(va + PAGE_SIZE);
	sd_revoked(__pa(mm->pgd), va);
	sd_assert(user_load(va) == NEW);
}

static void lazy_thread(void *)
{
	unsigned long va = VMALLOC_PAGE(0);

	set_pte(pte_offset(&init_mm, va), mk_pte(new_kernel_page, PAGE_KERNEL));
	if (kernel_load(va) == OLD)
		sd_cover("the old kernel translation is used before the flush");
	if (VARIANT(page))
		LocalTlb::flush_page(va);
	else if (VARIANT(all) || VARIANT(all_no_pge))
		LocalTlb::flush_all();
	else
		LocalTlb::flush();
	sd_revoked_everywhere(__pa(init_mm.pgd), va);
	sd_assert(kernel_load(va) == NEW);
}

static void other_task(void *)
{
	user_load(USER_PAGE(0));
}

SCENARIO
{
	map_kernel_page(VMALLOC_PAGE(0), page_with(OLD), PAGE_KERNEL);
	new_user_page = page_with(NEW);
	new_kernel_page = page_with(NEW);
	spawn("B", mm_create("B", 1), other_task, NULL);
	if (VARIANT(page) || VARIANT(all) || VARIANT(all_no_pge) || VARIANT(not_global))
		kthread_run(lazy_thread, NULL, "thread");
	if (!VARIANT(not_global))
		spawn("A", mm_create("A", 2), user_task, NULL);
}
