/* Which changes of a valid descriptor need break-before-make, and what it consists of.
 *
 * machine: arm64
 * cpus: 1
 * variant: address            FAIL break-before-make "output address"
 * variant: address-read-only  FAIL break-before-make "output address"
 * variant: address-same       PASS
 * variant: attributes         FAIL break-before-make "memory type"
 * variant: global             FAIL break-before-make nG
 * variant: size               FAIL break-before-make size
 * variant: size-back          FAIL break-before-make size
 * variant: rights             PASS
 * variant: break-address      PASS
 * variant: break-attributes   PASS
 * variant: break-global       PASS
 * variant: break-size         PASS
 * variant: break-no-tlbi      FAIL break-before-make "output address"
 * variant: break-no-dsb       FAIL break-before-make "output address"
 *
 * address: another output address, and the page can be written. address-read-only: neither can, but the contents differ.
 * address-same: neither can, and the contents are equal: no need. attributes: another AttrIndx. global: nG changes.
 * size: a block becomes a table; size-back: a table becomes a block. rights: writable becomes read-only: no need.
 * break-*: the descriptor is made invalid, TLBI between two DSBs, then the new one. Nothing is left that could conflict.
 * break-no-tlbi: what was cached still is. break-no-dsb: the TLBI may be performed after the new descriptor is there.
 */
#include "tables.h"

#define BREAK                                                                                             \
	(VARIANT(break_address) || VARIANT(break_attributes) || VARIANT(break_global) || VARIANT(break_size) || \
	 VARIANT(break_no_tlbi) || VARIANT(break_no_dsb))
#define SIZE (VARIANT(size) || VARIANT(size_back) || VARIANT(break_size))
#define READ_ONLY (VARIANT(address_read_only) || VARIANT(address_same))
#define BLOCK_BYTES 0x200000ul

static void replace(pte_t *pte, pte_t value)
{
	if (BREAK) {
		set_pte(pte, 0);
		dsb(ishst);
		if (!VARIANT(break_no_tlbi))
			tlbi(VAE1IS, tlbi_va(VA, 1));
		if (!VARIANT(break_no_dsb))
			dsb(ish);
	}
	set_pte(pte, value);
	dsb(ishst);
	isb();
}

SCENARIO
{
	pte_t *root = new_table(), *pte, old, next;
	unsigned long page = frame(1);

	if (SIZE) {
		pte = entry(root, 1, VA);
		*pte = page | USER_PAGE;
		pte = entry(root, 2, VA);
		old = *pte; /* the table */
		next = (page & ~(BLOCK_BYTES - 1)) | (USER_PAGE & ~PTE_TYPE_TABLE);
		if (!VARIANT(size_back)) {
			*pte = next;
			next = old;
		}
	} else {
		if (VARIANT(address_same))
			frames[1][0] = 2;
		pte = map(root, VA, page, READ_ONLY ? USER_READONLY : USER_PAGE);
		old = *pte;
		next = old;
		if (VARIANT(attributes) || VARIANT(break_attributes))
			next |= PTE_ATTRINDX(1);
		else if (VARIANT(global) || VARIANT(break_global))
			next &= ~PTE_NG;
		else if (VARIANT(rights))
			next |= PTE_RDONLY;
		else
			next = frame(2) | (READ_ONLY ? USER_READONLY : USER_PAGE);
	}
	translation_on(root, 1);
	replace(pte, next);
	user_load(VA);
	sd_cover("the page is used");
}
