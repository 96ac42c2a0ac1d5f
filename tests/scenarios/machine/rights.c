// Rights: what an access needs of the entries on its way.
//
// machine: x86-64, i386
// variant: user             FAIL architectural-fault #PF
// variant: user-directory   FAIL architectural-fault #PF
// variant: store            FAIL architectural-fault #PF
// variant: store-directory  FAIL architectural-fault #PF
// variant: all              PASS
// variant: kernel           PASS
// variant: fetch            FAIL architectural-fault #PF  --machine x86-64
// variant: fetch-directory  FAIL architectural-fault #PF  --machine x86-64
// variant: load             PASS                          --machine x86-64
// variant: no-nx            FAIL architectural-fault #PF  --machine x86-64 --cpu-features none
//
// user, store: U/S or R/W is missing in the page's entry; *-directory: in the directory's entry alone. all: all rights,
// every access. kernel: loads, stores and fetches a user page (no SMAP, no SMEP).
// fetch, fetch-directory: XD in either entry forbids a fetch. load: but not a load. no-nx: without the feature bit 63 is
// reserved, and any access faults.
#include "tables.h"

#define DIRECTORY (VARIANT(user_directory) || VARIANT(store_directory) || VARIANT(fetch_directory))

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), USER_PAGE);
	pte_t *changed = DIRECTORY ? entry(root, 2, VA) : pte;

	if (VARIANT(user) || VARIANT(user_directory))
		*changed &= ~_PAGE_USER;
	if (VARIANT(store) || VARIANT(store_directory))
		*changed &= ~_PAGE_RW;
	if (VARIANT(fetch) || VARIANT(fetch_directory) || VARIANT(load) || VARIANT(no_nx))
		*changed |= _PAGE_NX;
	paging_on(root);
	if (VARIANT(kernel)) {
		sd_assert(kernel_load(VA) == 1);
		kernel_store(VA, 1);
		kernel_fetch(VA);
		return;
	}
	sd_assert(user_load(VA) == 1);
	if (VARIANT(load))
		return;
	if (VARIANT(store) || VARIANT(store_directory) || VARIANT(all))
		user_store(VA, 1);
	user_fetch(VA);
}
