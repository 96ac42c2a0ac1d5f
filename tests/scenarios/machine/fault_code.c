// What a page fault tells its handler: the error code, and CR2.
//
// machine: x86-64, i386
// variant: kernel-load  PASS
// variant: user-load    PASS
// variant: store        PASS
// variant: rights       PASS
// variant: fetch        PASS
// variant: fetch-no-nx  PASS  --cpu-features none
// variant: reserved     PASS
//
// The code is made of: P (bit 0), the entry was there and the access was not allowed; W (1), a write; U (2), user mode;
// RSVD (3), a reserved bit was set, which comes with P; I (4), a fetch, only where XD is in use: not on i386 and not
// without the feature. The handler repairs the mapping, and the access is done again.
#include "tables.h"

static unsigned long code, address, expected;
static pte_t *root, *table;

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	sd_assert(from_user == !!(error_code & X86_PF_USER));
	code = error_code;
	address = mov_from_cr2();
	*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	table[entry_index(1, VA)] = frame(1) | USER_PAGE;
	invlpg(VA);
}

SCENARIO
{
	root = new_table();
	table = new_table();
	*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	sd_set_vector(X86_TRAP_PF, page_fault);
	set_cr4(VARIANT(fetch_no_nx) ? 0 : X86_CR4_PSE);
	if (VARIANT(rights))
		table[entry_index(1, VA)] = frame(1) | KERNEL_PAGE;
	if (VARIANT(reserved)) /* bit 13, or bit 21, of a large page's entry */
		*entry(root, 2, VA) = LARGE_PAGE * 8 + (LEVELS == 4 ? 1ul << 13 : 1ul << 21) + (USER_PAGE | _PAGE_PSE);
	paging_on(root);
	if (VARIANT(kernel_load)) {
		expected = 0;
		kernel_load(VA + 8);
	} else if (VARIANT(user_load)) {
		expected = X86_PF_USER;
		user_load(VA + 8);
	} else if (VARIANT(store)) {
		expected = X86_PF_WRITE;
		kernel_store(VA + 8, 1);
	} else if (VARIANT(rights)) {
		expected = X86_PF_USER | X86_PF_PROT;
		user_load(VA + 8);
	} else if (VARIANT(reserved)) {
		expected = X86_PF_RSVD | X86_PF_PROT;
		kernel_load(VA + 8);
	} else {
		expected = LEVELS == 4 && VARIANT(fetch) ? X86_PF_INSTR : 0;
		kernel_fetch(VA + 8);
	}
	sd_assert(code == expected);
	sd_assert(address == VA + 8);
}
