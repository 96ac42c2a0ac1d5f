/* A read-only entry with DBM = 1 goes to another page with the same contents, where hardware does not keep the dirty state: neither
 * translation grants write permission, so there is no need of break-before-make (Arm ARM, D8.17.1, R_WHZWS).
 *
 * machine: arm64
 * variant: no-dbm PASS
 * variant: dbm PASS
 *
 * no-dbm: the same without DBM.
 */
#include "tables.h"

#define RO (USER_READONLY | (VARIANT(dbm) ? PTE_DBM : 0))

SCENARIO
{
	pte_t *root = new_table(), *pte;

	frame(1);
	frame(2);
	frames[1][0] = 2;
	pte = map(root, VA, (unsigned long)frames[1], RO);
	translation_on(root, 1);
	set_pte(pte, (unsigned long)frames[2] | RO);
	dsb(ish);
	isb();
	sd_assert(user_load(VA) == 2);
}
