/* A kernel thread on CPU 1 looks up a page of an address space without a lock, while the address space's last task
 * exits on CPU 0 and its page tables are freed.
 *
 * cpus: 2
 * variant: sync     PASS
 * variant: no-sync  FAIL freed-page "kernel access"
 *
 * The kernel thread has interrupts off while it reads the tables. CPU 1 never ran on the address space, so the flush of
 * exit_mmap() does not interrupt it. sync: before tables are freed an IPI goes to every CPU, and CPU 1 answers when its
 * walk is over; a later walk finds nothing. no-sync: the walk reads a table that has been freed.
 * The kernel thread holds a reference to the mm (mm_count), so the page directory stays.
 */
#define KIT_SMP
#define KIT_NO_TIMER
#define KIT_LOCKLESS_WALKS
#define KIT_PAGES 16
#if defined(SD_VARIANT_no_sync) && SD_VARIANT_no_sync
#define KIT_HAVE_TLB_REMOVE_TABLE_SYNC
#endif
#include <kit/kernel.h>
#include <kit/gup.h>

static struct mm_struct *mm;

#ifdef KIT_HAVE_TLB_REMOVE_TABLE_SYNC
static inline void tlb_remove_table_sync(void)
{
}
#endif

static void walker(void *unused)
{
	unsigned long page = get_user_page_fast(mm, USER_PAGE(0));

	(void)unused;
	if (page) {
		sd_cover("the walk found the page");
		free_page(page);
	} else {
		sd_cover("the walk found nothing");
	}
	mmdrop(mm);
}

static void dying(void *unused)
{
	(void)unused;
}

SCENARIO
{
	mm = mm_create("M", 1);
	mmgrab(mm);
	set_cpus_allowed(spawn("dying", mm, dying, NULL), 1);
	set_cpus_allowed(kthread_run(walker, NULL, "walker"), 2);
}
