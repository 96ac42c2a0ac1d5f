// freed-page: a page is used although it has been freed.
//
// machine: x86-64, i386
// variant: data          FAIL freed-page "data page"
// variant: data-flush    PASS
// variant: root          FAIL freed-page "loaded root"
// variant: root-unloaded PASS
// variant: table         FAIL freed-page "page-table page"
// variant: table-flush   PASS
// variant: kernel        FAIL freed-page "kernel access"
// variant: again         PASS
//
// The page-fault handler maps another page, with another table if there is none.
// data, data-flush: the page is unmapped, not flushed or flushed, freed, and accessed.
// root: the table that CR3 holds is freed; nothing needs to be accessed. root-unloaded: after a load of another.
// table, table-flush: the directory's entry is cleared and the table below it freed, without and with INVLPG between:
//   a walk could go through the freed table at any time.
// kernel: kernel code stores to the freed page. again: to the same page after it was given out again.
#include "../machine/tables.h"

static pte_t *a;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	*entry(a, 1, VA) = frame(2) | USER_PAGE;
}

SCENARIO
{
	pte_t *b = new_table(), *table;

	a = new_table();
	sd_set_vector(X86_TRAP_PF, page_fault);
	table = map(a, VA, frame(1), USER_PAGE) - entry_index(1, VA);
	map(b, VA, frame(2), USER_PAGE);
	sd_page_in_use(frame(1));
	sd_page_is_table((unsigned long)table);
	sd_page_is_table((unsigned long)a);
	paging_on(a);
	if (VARIANT(root) || VARIANT(root_unloaded)) {
		if (VARIANT(root_unloaded))
			mov_to_cr3((unsigned long)b);
		sd_page_freed((unsigned long)a);
	} else if (VARIANT(table) || VARIANT(table_flush)) {
		*entry(a, 2, VA) = 0;
		if (VARIANT(table_flush))
			invlpg(VA);
		sd_page_freed((unsigned long)table);
	} else {
		*entry(a, 1, VA) = 0;
		if (!VARIANT(data))
			invlpg(VA);
		sd_page_freed((unsigned long)frames[1]);
		if (VARIANT(again))
			sd_page_in_use((unsigned long)frames[1]);
		if (VARIANT(kernel) || VARIANT(again))
			frames[1][1] = 1;
	}
	user_load(VA);
}
