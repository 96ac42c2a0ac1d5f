/* What an address space is: mm_struct, vm_area_struct, init_mm. */
#ifndef KIT_MM_TYPES_H
#define KIT_MM_TYPES_H

#include <kit/cpumask.h>
#include <kit/rwsem.h>

#ifndef KIT_MAX_MMS
#define KIT_MAX_MMS 8
#endif
#ifndef KIT_MAX_VMAS
#define KIT_MAX_VMAS 2
#endif

/* Rights of a mapping: _PAGE_* bits. */
typedef unsigned long pgprot_t;

/* User addresses start .. end-1 may be touched, with rights prot; a page that is not there is made on demand. */
struct vm_area_struct {
	unsigned long start, end; /* start == end: not in use */
	pgprot_t prot;
};

struct mm_struct {
	pte_t *pgd;
	/* Tasks that run in it. They hold one reference of mm_count together. */
	atomic_t mm_users;
	/* 1 for all users, 1 for each CPU or task that borrows it (lazy TLB). The page directory goes with the last one. */
	atomic_t mm_count;
	struct vm_area_struct vma[KIT_MAX_VMAS];
	const char *name;
#ifdef KIT_MM_CONTEXT
	KIT_MM_CONTEXT context; /* the scenario's */
#endif
	/* Only with CONFIG_SMP: */
	cpumask_t cpu_vm_mask; /* CPUs that may have translations of it cached */
	spinlock_t page_table_lock; /* its entries below the page directory */
	struct rw_semaphore mmap_lock; /* its VMAs */
};

#define mm_cpumask(mm) (&(mm)->cpu_vm_mask)

/* The kernel's own address space: never freed, and the reference for what all the others map in their kernel half. */
static struct mm_struct init_mm;
static struct mm_struct kit_mms[KIT_MAX_MMS];
static unsigned kit_nr_mms;

#endif
