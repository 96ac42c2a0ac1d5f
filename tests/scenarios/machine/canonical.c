// Addresses whose bits 63:47 are not all equal.
//
// variant: user    FAIL architectural-fault #GP
// variant: kernel  FAIL architectural-fault #GP
// variant: upper   PASS
//
// upper: the upper half is as good as the lower one.
#include "tables.h"

#define UPPER 0xffff800000000000ul

SCENARIO
{
	pte_t *root = new_table();

	map(root, UPPER, frame(1), KERNEL_PAGE);
	paging_on(root);
	if (VARIANT(user))
		user_load(1ul << 47);
	if (VARIANT(kernel))
		kernel_store(UPPER - PAGE_SIZE, 1);
	sd_assert(kernel_load(UPPER) == 1);
}
