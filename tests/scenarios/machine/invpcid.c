// INVPCID, types 0 to 3: what must go and what may stay.
//
// options: --cpu-features pcid,invpcid,pge
// variant: t0-page      PASS
// variant: t0-prefixes  PASS
// variant: t0-global    FAIL assertion
// variant: t0-other     FAIL assertion
// variant: t0-pcid      FAIL assertion
// variant: t1           PASS
// variant: t1-global    FAIL assertion
// variant: t1-pcid      FAIL assertion
// variant: t2           PASS
// variant: t3           PASS
// variant: t3-global    FAIL assertion
//
// PCID 1 has frame 1 cached (global where the name says so, and in t2), the entry is changed to frame 2, and PCID 2 becomes
// current without a flush. From there one INVPCID, and back to PCID 1 without a flush.
// t0-page: type 0 of (1, VA) removes it. t0-prefixes: as in invlpg.c, the intermediate entries on the way to VA as well.
// t0-global, t1-global, t3-global: types 0, 1 and 3 may leave global translations. t0-other: type 0 of the neighbouring
// page, t0-pcid: of PCID 2, may leave it. t1: type 1 of PCID 1 removes it; t1-pcid: of PCID 2 may leave it.
// t2: type 2 removes all there is, the global translation too. t3: type 3 all that is not global, of every PCID.
#include "tables.h"

#define GLOBAL (VARIANT(t0_global) || VARIANT(t1_global) || VARIANT(t2) || VARIANT(t3_global))
#define PREFIXES VARIANT(t0_prefixes)

SCENARIO
{
	pte_t *root = new_table(), *other = new_table(), *table = new_table();
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
	mov_to_cr3((unsigned long)other | 2 | X86_CR3_PCID_NOFLUSH);
	if (VARIANT(t0_page) || VARIANT(t0_prefixes) || VARIANT(t0_global))
		invpcid(0, 1, VA);
	else if (VARIANT(t0_other))
		invpcid(0, 1, NEXT);
	else if (VARIANT(t0_pcid))
		invpcid(0, 2, VA);
	else if (VARIANT(t1) || VARIANT(t1_global))
		invpcid(1, 1, 0);
	else if (VARIANT(t1_pcid))
		invpcid(1, 2, 0);
	else if (VARIANT(t2))
		invpcid(2, 0, 0);
	else
		invpcid(3, 0, 0);
	if (PREFIXES)
		*pte = frame(1) | flags;
	mov_to_cr3((unsigned long)root | 1 | X86_CR3_PCID_NOFLUSH);
	sd_assert(user_load(VA) == 2);
}
