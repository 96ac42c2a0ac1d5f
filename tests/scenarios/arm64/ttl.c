/* TLBI with a level hint (FEAT_TTL): right and wrong for what is to be removed.
 *
 * machine: arm64
 * variant: page-none           PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: page-0              PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: page-3              PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: page-3-last         PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: page-2              FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: page-1              FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: page-range-3        PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: page-range-2        FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: block-2             PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: block-3             FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: block-range-2       PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: block-range-3       FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: table-none          PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: table-3             FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: table-range-3       PASS                      --cpu-features asid8,tlbrange,ttl
 * variant: table-range-2       FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: table-range-3-last  FAIL revoked-translation  --cpu-features asid8,tlbrange,ttl
 * variant: page-3              UNSUPPORTED               --cpu-features asid8,tlbrange
 * variant: granule             UNSUPPORTED               --cpu-features asid8,tlbrange,ttl
 * variant: unaligned           UNSUPPORTED               --cpu-features asid8,tlbrange,ttl
 *
 * An entry is cleared, then DSB ISHST, the TLBI, DSB ISH, ISB, and a load. page-*: a page's entry, of level 3; block-*: a
 * block's, of level 2; table-*: the level 2 entry above a page, whose table stays as it was. The number is the hint. Sources:
 * Arm ARM, C5.5, the TTL fields.
 * By single address: TTL 0b01xx names the level of the leaf; if it is wrong for the entry, nothing has to be removed. page-0:
 * 0b0100 counts as no hint. table-3: the leaf's level is right, so it goes, but of intermediate entries the text promises
 * nothing: through one that is left the page's entry, which still stands in its table, is found again.
 * By range: intermediate entries above the hint's level go, and leaves of that level. table-range-2: the entry of level 2 is
 * not above it. -last: the last level's form keeps intermediate entries anyhow.
 * page-3 without FEAT_TTL: the bits are RES0. granule: 0b10xx is for 16 KiB. unaligned: a range's start has to be aligned to
 * the hint's level (D8.17, I_TYBWT; otherwise UNPREDICTABLE).
 */
#include "tables.h"

#define BLOCK (VARIANT(block_2) || VARIANT(block_3) || VARIANT(block_range_2) || VARIANT(block_range_3))
#define TABLE \
	(VARIANT(table_none) || VARIANT(table_3) || VARIANT(table_range_3) || VARIANT(table_range_2) || VARIANT(table_range_3_last))
#define TTL(n) ((4ul | (n)) << 44)
#define RANGE(start, hint) (TTBR_ASID(1) | 1ul << 46 | (hint) << 37 | (start) >> 12)

static unsigned long big[512] __attribute__((aligned(0x200000)));

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | (BLOCK || TABLE ? 2 : 3)));
	sd_cover("gone");
	sd_context_finish();
	for (;;)
		wfi();
}

static void invalidate(void)
{
	unsigned long va = tlbi_va(VA, 1);

	if (VARIANT(page_none) || VARIANT(table_none))
		tlbi(VAE1IS, va);
	else if (VARIANT(page_0))
		tlbi(VAE1IS, va | TTL(0));
	else if (VARIANT(page_3) || VARIANT(block_3) || VARIANT(table_3))
		tlbi(VAE1IS, va | TTL(3));
	else if (VARIANT(page_3_last))
		tlbi(VALE1IS, va | TTL(3));
	else if (VARIANT(page_2) || VARIANT(block_2))
		tlbi(VAE1IS, va | TTL(2));
	else if (VARIANT(page_1))
		tlbi(VAE1IS, va | TTL(1));
	else if (VARIANT(page_range_3) || VARIANT(block_range_3) || VARIANT(table_range_3))
		tlbi(RVAE1IS, RANGE(VA, 3ul));
	else if (VARIANT(table_range_3_last))
		tlbi(RVALE1IS, RANGE(VA, 3ul));
	else if (VARIANT(page_range_2) || VARIANT(block_range_2) || VARIANT(table_range_2))
		tlbi(RVAE1IS, RANGE(VA, 2ul));
	else if (VARIANT(granule))
		tlbi(VAE1IS, va | 0xbul << 44);
	else
		tlbi(RVAE1IS, RANGE(VA + PAGE_SIZE, 2ul));
}

SCENARIO
{
	pte_t *root = new_table(), *pte;

	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	if (BLOCK || TABLE)
		pte = entry(root, 2, VA);
	if (BLOCK)
		*pte = (unsigned long)big | (USER_PAGE & ~PTE_TYPE_TABLE);
	translation_on(root, 1);
	set_pte(pte, 0);
	dsb(ishst);
	invalidate();
	dsb(ish);
	isb();
	sd_revoked((unsigned long)root, VA);
	user_load(VA);
}
