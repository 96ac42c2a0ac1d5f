/* Which changes of a valid entry need break-before-make.
 *
 * machine: arm64
 * variant: size         FAIL break-before-make
 * variant: address      FAIL break-before-make
 * variant: contents     FAIL break-before-make
 * variant: copy         PASS
 * variant: attributes   FAIL break-before-make
 * variant: global       FAIL break-before-make
 * variant: rights       PASS
 * variant: global-broken PASS
 *
 * size: a block is replaced by a table. address: another page, writable. contents: another page, both read-only, with other
 * contents; copy: with the same. attributes: another AttrIndx. global: nG. rights: read-only. global-broken: as global, with
 * the entry invalid and removed in between.
 */
#include "tables.h"

static unsigned long big[512] __attribute__((aligned(0x200000)));

SCENARIO
{
	pte_t *root = new_table(), *pte, *block, *table = new_table();
	unsigned long page = frame(1), other = frame(2), flags = USER_PAGE;

	if (VARIANT(contents) || VARIANT(copy))
		flags |= PTE_RDONLY;
	if (VARIANT(copy))
		frames[2][0] = 1;
	pte = map(root, VA, page, flags);
	block = entry(root, 2, VA);
	if (VARIANT(size))
		*block = (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE);
	translation_on(root, 1);
	if (VARIANT(size)) {
		table[entry_index(1, VA)] = (unsigned long)big | USER_PAGE;
		set_pte(block, (unsigned long)table | TABLE_FLAGS);
	} else if (VARIANT(address) || VARIANT(contents) || VARIANT(copy)) {
		set_pte(pte, other | flags);
	} else if (VARIANT(attributes)) {
		set_pte(pte, page | flags | PTE_ATTRINDX(1));
	} else if (VARIANT(global)) {
		set_pte(pte, page | (flags & ~PTE_NG));
	} else if (VARIANT(global_broken)) {
		set_pte(pte, 0);
		dsb(ishst);
		tlbi(VAE1IS, tlbi_va(VA, 1));
		dsb(ish);
		set_pte(pte, page | (flags & ~PTE_NG));
	} else {
		set_pte(pte, page | flags | PTE_RDONLY);
	}
	dsb(ishst);
	isb();
	user_load(VA);
	sd_cover("loaded");
	sd_context_finish();
}
