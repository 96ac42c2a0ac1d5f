/* The page-fault handler. It looks only at the tables of current->mm: if those allow the access it returns, and the
 * CPU tries again. That is right for a translation cached before an upgrade, and endless if the CPU runs on other
 * tables than the kernel believes.
 *
 * On one CPU it runs with interrupts off to the end. With several it enables them, as Linux does, once it has read the
 * address if user mode faulted: it may have to wait for mmap_lock, or for other CPUs that wait for this one. A kernel
 * access to a user address must therefore not need a flush of other CPUs.
 *
 * Replaceable: KIT_HAVE_DO_PAGE_FAULT, KIT_HAVE_HANDLE_MM_FAULT, KIT_HAVE_DO_WP_PAGE, KIT_HAVE_BAD_AREA.
 */
#ifndef KIT_FAULT_H
#define KIT_FAULT_H

#include <kit/mm.h>

static inline void do_page_fault(unsigned long error_code, unsigned long from_user);
static inline int handle_mm_fault(struct mm_struct *mm, unsigned long va, unsigned long error_code);
static inline void do_wp_page(struct mm_struct *mm, unsigned long va, pte_t *ptep, pgprot_t prot);
static inline void bad_area(unsigned long va, unsigned long error_code);

/* fault_code()      the error code that the functions below get: the processor's, with what it does not say
 * fault_address()   of this CPU's last fault, until the next one
 * fault_is_user()   user mode made the access
 * fault_is_kernel_address()
 *                   it is about init_mm's mappings
 * access_allowed()  1 if rights (of an entry or a VMA) cover the access that error_code describes */
#include KIT_ARCH_HEADER(fault.h)

#ifndef KIT_HAVE_DO_WP_PAGE
/* A write to a page that is writable but for being shared: its last user takes it, any other gets a copy. */
static inline void do_wp_page(struct mm_struct *mm, unsigned long va, pte_t *ptep, pgprot_t prot)
{
	unsigned long old = pte_page(ptep_get(ptep)), copy;

	if (!page_shared(old)) {
		change_pte(mm, va, ptep, mk_pte(old, prot)); /* an upgrade needs no flush: at worst one more fault */
		return;
	}
	copy = __get_free_page();
	__builtin_memcpy(__va(copy), __va(old), PAGE_SIZE);
	smp_wmb(); /* the page's contents before its entry */
	if (BREAK_BEFORE_MAKE)
		pte_clear(mm, va, ptep);
	else
		set_pte(ptep, mk_pte(copy, prot));
	flush_tlb_page(mm, va); /* reads must not go on from the old page */
	if (BREAK_BEFORE_MAKE)
		set_pte(ptep, mk_pte(copy, prot));
	sd_revoked(__pa(mm->pgd), va);
	free_page(old);
}
#endif

#ifndef KIT_HAVE_HANDLE_MM_FAULT
/* 1 if the access may be tried again. */
static inline int handle_mm_fault(struct mm_struct *mm, unsigned long va, unsigned long error_code)
{
	struct vm_area_struct *vma = find_vma(mm, va);
	unsigned long flags;
	pte_t *ptep;

	if (!vma || !access_allowed(vma->prot, error_code))
		return 0;
	pte_lock(mm, flags);
	ptep = lookup_level(mm->pgd, va, 0, 1);
	if (!pte_present(ptep_get(ptep))) {
		pte_t pte = mk_pte(get_zeroed_page(), vma->prot);

		smp_wmb();
		set_pte(ptep, pte);
	} else if (!access_allowed(ptep_get(ptep), error_code)) {
		do_wp_page(mm, va, ptep, vma->prot);
	}
	pte_unlock(mm, flags);
	return 1;
}
#endif

#ifndef KIT_HAVE_BAD_AREA
/* An access that nothing allows. No signals here: a scenario that expects it replaces this. */
static inline void bad_area(unsigned long va, unsigned long error_code)
{
	(void)va;
	if (fault_is_user(error_code))
		BUG_TEXT("segmentation fault: no mapping allows this user access");
	else
		BUG_TEXT("unable to handle kernel paging request");
}
#endif

#ifndef KIT_HAVE_DO_PAGE_FAULT
static inline void do_page_fault(unsigned long error_code, unsigned long from_user)
{
	unsigned long va = fault_address();
	struct mm_struct *mm = current->mm;
	int handled = 0;
	pte_t *ptep;

	error_code = fault_code(error_code, from_user);
	if (fault_is_kernel_address(va, error_code)) {
		ptep = pte_offset(&init_mm, va);
		handled = ptep && access_allowed(ptep_get(ptep), error_code);
	} else if (mm && CONFIG_SMP && from_user) {
		local_irq_enable();
		down_read(&mm->mmap_lock);
		handled = handle_mm_fault(mm, va, error_code);
		up_read(&mm->mmap_lock);
		local_irq_disable();
	} else if (mm) {
		handled = handle_mm_fault(mm, va, error_code);
	}
	if (!handled)
		bad_area(va, error_code);
}
#endif

#endif
