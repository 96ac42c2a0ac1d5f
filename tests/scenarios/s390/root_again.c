/* A root that is freed and becomes another address space's, with its page tables still cached.
 *
 * machine: s390x
 * variant: reused        FAIL foreign-translation
 * variant: table-freed   FAIL freed-page "page-table page"
 * variant: purged        PASS
 *
 * LCTLG removes nothing, and what is cached is used under the table origin that it was made with. The new address space maps
 * nothing at VA and has the old one's origin: the load finds the old page, which is still in use elsewhere, unless the TLB was
 * purged before. table-freed: the page table was freed as well: it is found as soon as the ASCE is loaded.
 */
#include "tables.h"

static void program_check(unsigned long code, unsigned long from_user)
{
	(void)from_user;
	sd_assert(code == S390_PGM_SEGMENT_TRANSLATION);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	entry_t *root = new_root();
	unsigned n;

	sd_set_vector(S390_VECTOR_PGM, program_check);
	map(root, VA, frame(1), 0);
	lctlg(CR_PRIMARY, asce(root));
	user_load(VA);
	lctlg(CR_PRIMARY, 0);
	if (VARIANT(purged))
		ptlb();
	if (!VARIANT(reused))
		sd_page_freed((unsigned long)page_table(root, VA));
	sd_page_freed((unsigned long)root);
	sd_page_is_table((unsigned long)root);
	for (n = 0; n < 512; n++)
		root[n] = _SEGMENT_ENTRY_INVALID;
	lctlg(CR_PRIMARY, asce(root));
	user_load(VA);
	sd_assert(!"nothing is mapped there");
}
