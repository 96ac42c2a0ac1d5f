/* Page-table isolation (kit/pti.h): two page directories and two PCIDs, and what has to be flushed in which.
 *
 * variant: kit          PASS                            --cpu-features pcid
 * variant: kit          PASS                            --cpu-features pge,pcid,invpcid
 * variant: kit          PASS                            --cpu-features none
 * variant: exec         PASS                            --cpu-features pcid
 * variant: exec         PASS                            --cpu-features none
 * variant: no-note      FAIL revoked-translation        --cpu-features pcid
 * variant: no-note      PASS                            --cpu-features none
 * variant: kernel-root  FAIL supervisor-under-user-tag  --cpu-features pcid
 * variant: kernel-text  FAIL architectural-fault        --cpu-features pcid
 * variant: kernel-text  FAIL architectural-fault        --cpu-features none
 *
 * kit: two tasks, preempted anywhere, user mode included; A's page is taken away and comes back on demand, and A reads
 *   it in user mode, where it may be cached under the user PCID, and in the kernel.
 * exec: A goes over to another mm, and the old one is freed while the user PCID still holds what led to it. The note
 *   that load_new_mm_cr3() leaves is taken before any of that can be used.
 * no-note: the page is flushed with INVLPG alone, which does not reach the user PCID. Without PCID there is one tag.
 * kernel-root: user mode under its own PCID, on the kernel's page directory.
 * kernel-text: kernel code other than the entry text is fetched while the shadow is loaded.
 */
#define KIT_MAX_MMS 3
#define KIT_MAX_TASKS 3
#define KIT_PAGES 32
#include <shootdown/scenario.h>
#if VARIANT(no_note)
#define KIT_HAVE___NATIVE_FLUSH_TLB_SINGLE
#endif
#include <kit/pti.h>

#if VARIANT(no_note)
static inline void __native_flush_tlb_single(unsigned long va)
{
	invlpg(va);
}
#endif

static void touch_in_user_mode(void)
{
	return_to_user();
	user_load(USER_PAGE(0));
	enter_kernel();
}

static void task_a(void *arg)
{
	(void)arg;
	touch_in_user_mode();
	if (VARIANT(exec))
		exec_mmap(pti_mm_create("new", 1));
	else
		zap_page(current->mm, USER_PAGE(0));
	/* Whichever comes first brings the page back, the same one, and for the other a stale translation is none. */
	if (sd_choose(2))
		kernel_load(USER_PAGE(0));
	touch_in_user_mode();
}

static void task_b(void *arg)
{
	(void)arg;
	for (;;)
		touch_in_user_mode();
}

static void entry_code(void *arg)
{
	(void)arg;
	kernel_fetch(ENTRY_TEXT);
	kernel_fetch(VMALLOC_PAGE(0));
	local_irq_disable();
	SWITCH_USER_CR3();
	kernel_fetch(ENTRY_TEXT);
	if (VARIANT(kernel_root))
		mov_to_cr3(__pa(current->mm->pgd) | X86_CR3_PCID_USER_FLUSH);
	else
		kernel_fetch(VMALLOC_PAGE(0));
	user_load(USER_PAGE(0));
	SWITCH_KERNEL_CR3();
	local_irq_enable();
}

SCENARIO
{
	pti_init();
	map_kernel_page(VMALLOC_PAGE(0), get_zeroed_page(), PAGE_KERNEL);
	if (VARIANT(kernel_root) || VARIANT(kernel_text)) {
		spawn("A", pti_mm_create("A", 1), entry_code, NULL);
		return;
	}
	spawn("A", pti_mm_create("A", 1), task_a, NULL);
	spawn("B", pti_mm_create("B", 1), task_b, NULL);
}
