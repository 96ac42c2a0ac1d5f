/* Two tasks in one address space: no load between them, and the tables live until the second has gone.
 *
 * variant: kit         PASS
 * variant: early-free  FAIL freed-page
 *
 * early-free: the first of them to exit takes the address space apart.
 */
#define KIT_HAVE_EXIT_MM
#include <kit/kernel.h>

static inline void exit_mm(void)
{
	struct mm_struct *mm = current->mm;

	if (!mm)
		return;
	mmgrab(mm);
	WRITE_ONCE(current->mm, NULL);
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	if (VARIANT(early_free)) {
		exit_mmap(mm);
		pgd_free(mm->pgd);
	} else {
		mmput(mm);
	}
}

static void one(void *arg)
{
	(void)arg;
	user_store(USER_PAGE(0), 1);
}

static void two(void *arg)
{
	(void)arg;
	if (user_load(USER_PAGE(0)) == 1)
		sd_cover("sees the other's store");
}

SCENARIO
{
	struct mm_struct *mm = mm_create("shared", 1);

	spawn("one", mm, one, NULL);
	spawn("two", mm, two, NULL);
}
