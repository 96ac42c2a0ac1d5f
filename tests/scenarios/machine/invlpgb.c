// INVLPGB, selector by selector: what must go and what may stay. One CPU, so only its own part is seen.
//
// machine: x86-64
// options: --cpu-features pcid,pge,invlpgb
// variant: page            PASS
// variant: other-page      FAIL assertion
// variant: count           PASS
// variant: stride          PASS
// variant: prefixes        PASS
// variant: other-prefixes  FAIL assertion
// variant: final-only      FAIL assertion
// variant: all             PASS
// variant: other-pcid      FAIL assertion
// variant: every-pcid      PASS
// variant: global-kept     FAIL assertion
// variant: global          PASS
// variant: global-pcid     FAIL assertion
// variant: no-sync         FAIL assertion
//
// PCID 1 has frame 1 cached (global where the name says so), and the entry is changed to frame 2. Then one INVLPGB, and
// TLBSYNC unless the name says otherwise.
// page: of (VA, PCID 1) removes it. other-page: of the neighbouring page may leave it. count: VA is the page behind the
// one that is named, and one further page is asked for. stride: the same, 2 MiB further on.
// prefixes: as in invlpg.c, intermediate entries on the way to VA go as well; other-prefixes: those of another address
// may stay; final-only: with that bit set, all may.
// all: without an address everything of PCID 1 goes. other-pcid: of PCID 2 leaves it; every-pcid: without a PCID does
// not. global-kept: a global translation stays unless bit 3 asks for it (global), and a PCID may exclude it all the same
// (global-pcid). no-sync: until TLBSYNC the issuer itself may still have it.
#include "tables.h"

#define GLOBAL (VARIANT(global_kept) || VARIANT(global) || VARIANT(global_pcid))
#define PREFIXES (VARIANT(prefixes) || VARIANT(other_prefixes) || VARIANT(final_only))
#define BY_PAGE (X86_INVLPGB_VA | X86_INVLPGB_PCID | X86_INVLPGB_ASID)
#define PCID(n) ((n) << 16)

static void invalidate(void)
{
	if (VARIANT(page) || VARIANT(prefixes) || VARIANT(no_sync))
		invlpgb(VA | BY_PAGE, 0, PCID(1));
	else if (VARIANT(other_page))
		invlpgb(NEXT | BY_PAGE, 0, PCID(1));
	else if (VARIANT(count))
		invlpgb((VA - PAGE_SIZE) | BY_PAGE, 1, PCID(1));
	else if (VARIANT(stride))
		invlpgb((VA - LARGE_PAGE) | BY_PAGE, X86_INVLPGB_STRIDE_2M | 1, PCID(1));
	else if (VARIANT(other_prefixes))
		invlpgb(FAR | BY_PAGE, 0, PCID(1));
	else if (VARIANT(final_only))
		invlpgb(VA | BY_PAGE | X86_INVLPGB_FINAL_ONLY, 0, PCID(1));
	else if (VARIANT(all))
		invlpgb(X86_INVLPGB_PCID, 0, PCID(1));
	else if (VARIANT(other_pcid))
		invlpgb(VA | BY_PAGE, 0, PCID(2));
	else if (VARIANT(every_pcid) || VARIANT(global_kept))
		invlpgb(VA | X86_INVLPGB_VA, 0, 0);
	else if (VARIANT(global))
		invlpgb(VA | X86_INVLPGB_VA | X86_INVLPGB_GLOBAL, 0, 0);
	else
		invlpgb(VA | BY_PAGE | X86_INVLPGB_GLOBAL, 0, PCID(1));
}

SCENARIO
{
	pte_t *root = new_table(), *table = new_table();
	unsigned long flags = USER_PAGE | (GLOBAL ? _PAGE_GLOBAL : 0);
	pte_t *pte = PREFIXES ? entry(root, 1, VA) : map(root, VA, frame(1), flags);

	paging_on(root);
	set_cr4(X86_CR4_PCIDE | X86_CR4_PGE);
	mov_to_cr3((unsigned long)root | 1);
	if (PREFIXES) {
		table[entry_index(1, VA)] = frame(2) | flags;
		*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	} else {
		*pte = frame(2) | flags;
	}
	invalidate();
	if (!VARIANT(no_sync))
		tlbsync();
	if (PREFIXES)
		*pte = frame(1) | flags;
	sd_assert(user_load(VA) == 2);
}
