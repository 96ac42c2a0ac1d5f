// INVLPG.
//
// machine: x86-64, i386
// variant: page           PASS
// variant: global         PASS
// variant: prefixes       PASS
// variant: large          PASS
// variant: other-page     FAIL assertion
// variant: other-pcid     FAIL assertion  --machine x86-64 --cpu-features pcid
// variant: non-canonical  PASS            --machine x86-64
//
// Frame 1 is cached when the entry is changed to frame 2.
// page, global: INVLPG of the page removes its translation, a global one as well.
// prefixes: nothing is mapped at VA, but the directory's entry may be cached. It is replaced by one that points to a table
//   with frame 2, and FAR is invalidated: that drops every intermediate entry, whatever the address. So when the old
//   table is written afterwards nobody walks it.
// large: an address in the middle of a large page removes the whole page's translation.
// other-page: INVLPG of the neighbour need not remove it. other-pcid: nor does INVLPG under another PCID.
// non-canonical: does nothing, in particular it does not fault.
#include "tables.h"

static unsigned long large[2][LARGE_PAGE / sizeof(unsigned long)] __attribute__((aligned(LARGE_PAGE)));

static void large_page(pte_t *root)
{
	unsigned long middle = VA + LARGE_PAGE / 2;
	pte_t *pde = entry(root, 2, VA);

	large[1][LARGE_PAGE / 2 / sizeof(unsigned long)] = 2;
	*pde = (unsigned long)large[0] | USER_PAGE | _PAGE_PSE;
	set_cr4(X86_CR4_PSE);
	paging_on(root);
	*pde = (unsigned long)large[1] | USER_PAGE | _PAGE_PSE;
	invlpg(middle);
	sd_assert(user_load(middle) == 2);
}

static void prefixes(pte_t *root)
{
	pte_t *old = entry(root, 1, VA), *table = new_table();

	map(root, FAR, frame(3), USER_PAGE);
	paging_on(root);
	table[entry_index(1, VA)] = frame(2) | USER_PAGE;
	*entry(root, 2, VA) = (unsigned long)table | TABLE_FLAGS;
	invlpg(FAR);
	*old = frame(1) | USER_PAGE;
	sd_assert(user_load(VA) == 2);
}

SCENARIO
{
	pte_t *root = new_table(), *pte;
	unsigned long flags = USER_PAGE | (VARIANT(global) ? _PAGE_GLOBAL : 0);

	if (VARIANT(large)) {
		large_page(root);
		return;
	}
	if (VARIANT(prefixes)) {
		prefixes(root);
		return;
	}
	pte = map(root, VA, frame(1), flags);
	if (VARIANT(global))
		set_cr4(X86_CR4_PGE);
	paging_on(root);
	if (VARIANT(other_pcid)) {
		set_cr4(X86_CR4_PCIDE);
		mov_to_cr3((unsigned long)root | 1);
	}
	*pte = frame(2) | flags;
#ifdef __x86_64__
	if (VARIANT(non_canonical)) {
		invlpg(1ul << 47);
		*pte = frame(1) | flags;
		invlpg(VA);
		sd_assert(user_load(VA) == 1);
		return;
	}
	if (VARIANT(other_pcid))
		mov_to_cr3((unsigned long)root | 2 | X86_CR3_PCID_NOFLUSH);
#endif
	invlpg(VARIANT(other_page) ? NEXT : VA);
#ifdef __x86_64__
	if (VARIANT(other_pcid))
		mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
#endif
	sd_assert(user_load(VA) == 2);
}
