// A table entry that points to where there is no memory: as a table it is a fault as soon as it may be walked, as a page
// when it is accessed.
//
// variant: table  FAIL memory-fault "page table"
// variant: page   FAIL memory-fault translation
#include <kit/kernel.h>

#define NOWHERE 0x40000000ul

static void task(void *arg)
{
	user_load(USER_PAGE(0));
}

static void do_fault(unsigned long error_code, unsigned long from_user)
{
	sd_violation("architectural-fault", "not present");
}

SCENARIO
{
	struct mm_struct *mm = mm_create("A", 1);

	sd_set_vector(X86_TRAP_PF, do_fault);
	if (VARIANT(table))
		mm->pgd[pte_index(USER_PAGE(0), PGTABLE_LEVELS - 1)] = NOWHERE | _PAGE_PRESENT | _PAGE_RW | _PAGE_USER;
	else
		*pte_offset(mm, USER_PAGE(0)) = NOWHERE | _PAGE_PRESENT | _PAGE_RW | _PAGE_USER;
	spawn("A", mm, task, NULL);
}
