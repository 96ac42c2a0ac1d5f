/* A page that nobody may access any more (AP 0), or only the kernel (AP 1), its old translation still cached.
 *
 * machine: armv5
 * variant: none           FAIL revoked-translation
 * variant: none-store     FAIL revoked-translation
 * variant: none-fetch     FAIL revoked-translation
 * variant: section        FAIL revoked-translation
 * variant: none-flush     PASS
 * variant: kernel         PASS
 *
 * none: the descriptor keeps its address and gives no rights, the promise is made without an invalidation, and the kernel's load
 *   goes through what is cached. After a promise an access may succeed only as a walk allows, and no walk allows one. The same for
 *   a store, a fetch, and a section.
 * none-flush: invalidated, the load aborts, and the handler maps the page again: allowed from then on.
 * kernel: with AP 1 the kernel may access the page, so that its access by the old translation is as allowed as by the new.
 */
#include "tables.h"

static desc_t *place;
static desc_t before;

static void aborted(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	set_desc(place, before);
}

SCENARIO
{
	desc_t *root = new_root();
	unsigned long va = VA;

	sd_set_vector(ARM_VECTOR_DATA_ABORT, aborted);
	sd_set_vector(ARM_VECTOR_PREFETCH_ABORT, aborted);
	place = map(root, VA, frame(1), USER_PAGE);
	if (VARIANT(section)) {
		va = SECTION_VA;
		place = first(root, SECTION_VA);
		*place = (unsigned long)big | ARM_L1_SECTION | ARM_L1_AP(ARM_AP_USER_WRITE);
	}
	before = *place;
	translation_on(root);

	if (VARIANT(section))
		set_desc(place, (unsigned long)big | ARM_L1_SECTION);
	else
		set_desc(place, frame(1) | (VARIANT(kernel) ? KERNEL_PAGE : ARM_L2_SMALL));
	if (VARIANT(none_flush))
		mcr_tlb_invalidate_mva(VA);
	sd_revoked((unsigned long)root, va);
	if (VARIANT(none_store))
		kernel_store(va, 1);
	else if (VARIANT(none_fetch))
		kernel_fetch(va);
	else
		kernel_load(va);
}
