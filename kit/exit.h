/* The end of a task, and the change of its address space.
 *
 * exit_mm() can be preempted anywhere. Between current->mm = NULL and its end the task runs on, like a kernel thread,
 * on an address space that is no longer its own; at every switch it lets go of that one and borrows another.
 *
 * Replaceable: KIT_HAVE_EXIT_MM, KIT_HAVE_EXEC_MMAP.
 */
#ifndef KIT_EXIT_H
#define KIT_EXIT_H

#include <kit/mm.h>

static inline void exit_mm(void);
static inline void exec_mmap(struct mm_struct *mm);

#ifndef KIT_HAVE_EXIT_MM
static inline void exit_mm(void)
{
	struct mm_struct *mm = current->mm;

	if (!mm)
		return;
	mmgrab(mm); /* from here on borrowed */
	WRITE_ONCE(current->mm, (struct mm_struct *)NULL);
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	enter_lazy_tlb(mm, current);
	mmput(mm);
}
#endif

#ifndef KIT_HAVE_EXEC_MMAP
/* The current task goes over to mm. */
static inline void exec_mmap(struct mm_struct *mm)
{
	struct mm_struct *old = current->mm, *borrowed;
	unsigned long flags;

	mmget(mm);
	local_irq_save(flags);
	borrowed = current->active_mm;
	current->mm = mm;
	current->active_mm = mm;
	switch_mm(borrowed, mm, current);
	sd_expect_root(sd_context_self(), __pa(mm->pgd));
	local_irq_restore(flags);
	finish_arch_post_lock_switch();
	if (old)
		mmput(old);
	else
		mmdrop(borrowed);
}
#endif

/* Does not return. Whoever runs next drops what the dead task borrowed last. */
static inline void do_exit(void)
{
	exit_mm();
	local_irq_disable();
	current->state = TASK_DEAD;
	sd_context_finish();
	__schedule(0);
	BUG_TEXT("a dead task was scheduled");
}

#endif
