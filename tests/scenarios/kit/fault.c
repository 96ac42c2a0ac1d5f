/* The page-fault handler: pages made on demand, rights taken back, copies on write, and an access that nothing allows.
 *
 * machine: x86-64, i386
 * variant: demand       PASS
 * variant: mprotect     PASS
 * variant: no-flush     FAIL revoked-translation
 * variant: munmap       FAIL assertion
 * variant: kernel       FAIL assertion
 *
 * demand: a page that is in a VMA but not mapped; and after zap_page() a new one, zeroed.
 * mprotect: a page made read-only and writable again: the write retries after at most one spurious fault.
 * no-flush: made read-only without a flush: a store may still use the translation that allows it.
 * munmap: the access after munmap_page() is a segmentation fault.
 * kernel: a kernel access after unmap_kernel_page().
 */
#define KIT_HAVE_FLUSH_TLB_PAGE
#define KIT_HAVE_BAD_AREA
#include <kit/kernel.h>

static inline void flush_tlb_page(struct mm_struct *mm, unsigned long va)
{
	if (!VARIANT(no_flush) && mm == current->active_mm)
		invlpg(va);
}

static inline void bad_area(unsigned long va, unsigned long error_code)
{
	(void)va;
	(void)error_code;
	if (VARIANT(no_flush))
		do_exit(); /* the other outcome: the store is refused, and the task dies of it */
	BUG_TEXT("no mapping allows this access");
}

static void task(void *arg)
{
	struct mm_struct *mm = current->mm;
	unsigned long va = USER_PAGE(0);

	(void)arg;
	user_store(va, 1);
	if (VARIANT(demand)) {
		sd_assert(user_load(va) == 1);
		zap_page(mm, va);
		sd_assert(user_load(va) == 0);
		sd_cover("a second page on demand");
	} else if (VARIANT(mprotect) || VARIANT(no_flush)) {
		mprotect_page(mm, va, PAGE_READONLY);
		if (VARIANT(mprotect))
			mprotect_page(mm, va, PAGE_SHARED);
		user_store(va, 2);
		sd_assert(user_load(va) == 2);
		sd_cover("written again");
	} else if (VARIANT(munmap)) {
		munmap_page(mm, va);
		user_load(va);
	} else {
		map_kernel_page(VMALLOC_PAGE(0), get_zeroed_page(), PAGE_KERNEL);
		kernel_store(VMALLOC_PAGE(0), 1);
		free_page(unmap_kernel_page(VMALLOC_PAGE(0)));
		kernel_load(VMALLOC_PAGE(0));
	}
}

SCENARIO
{
	struct mm_struct *mm = mm_alloc("A");

	do_mmap(mm, USER_BASE, 1, PAGE_SHARED);
	spawn("A", mm, task, NULL);
}
