/* Instructions and forms that are not modelled are refused where they are reached.
 *
 * machine: s390x
 * variant: lctlg-wrap    UNSUPPORTED
 * variant: lctl          UNSUPPORTED
 * variant: sac           UNSUPPORTED
 * variant: sske          UNSUPPORTED
 * variant: spx           UNSUPPORTED
 * variant: lpswe         UNSUPPORTED
 * variant: sigp          UNSUPPORTED
 * variant: lra           UNSUPPORTED
 * variant: ipte-m4       UNSUPPORTED
 * variant: ipte-range    UNSUPPORTED
 * variant: idte-m4       UNSUPPORTED
 * variant: csp-no-purge  UNSUPPORTED
 * variant: csp-purge     PASS
 * variant: bcr-0         UNSUPPORTED
 *
 * lctlg-wrap: registers 13 to 1, with 14, 15 and 0 among them. lctl, sac, spx, lpswe: change what translates. sske, sigp, lra:
 *   have effects on the TLB or on order, or depend on it. ipte-m4, idte-m4: bit 1 of M4. ipte-range: R3 counts pages.
 * csp-no-purge: the last bit of R2 asks for the purge of TLBs; without it nothing is purged. csp-purge: with it, all.
 * bcr-0: BCR with mask 0 serializes nothing.
 */
#include "tables.h"

SCENARIO
{
	entry_t *root = new_root(), *pte = map(root, VA, frame(1), 0);
	unsigned long two = frame(2), area[16] = { 0 }, word = 0;

	lctlg(CR_PRIMARY, asce(root));
	set_entry(pte, two);
	if (VARIANT(lctlg_wrap))
		asm volatile("lctlg 13,1,0(%0)" : : "a"(area) : "memory");
	if (VARIANT(lctl))
		asm volatile("lctl 1,1,0(%0)" : : "a"(area) : "memory");
	if (VARIANT(sac))
		asm volatile("sac 0x300" : : : "memory");
	if (VARIANT(sske))
		asm volatile("sske %0,%1" : : "d"(0ul), "a"(0ul) : "memory");
	if (VARIANT(spx))
		asm volatile("spx 0(%0)" : : "a"(area) : "memory");
	if (VARIANT(lpswe))
		asm volatile("lpswe 0(%0)" : : "a"(area) : "memory");
	if (VARIANT(sigp))
		asm volatile("sigp %0,%1,0(%2)" : : "d"(0ul), "d"(1ul), "a"(2ul) : "memory", "cc");
	if (VARIANT(lra))
		asm volatile("lra %0,0(%1)" : "=d"(two) : "a"(VA) : "cc");
	if (VARIANT(ipte_m4))
		asm volatile(".insn rrf,0xb2210000,%0,%1,0,4" : : "a"(page_tables[0]), "a"(VA) : "memory");
	if (VARIANT(ipte_range))
		asm volatile("ipte %0,%1,%2" : : "a"(page_tables[0]), "a"(VA), "a"(1ul) : "memory");
	if (VARIANT(idte_m4))
		asm volatile(".insn rrf,0xb98e0000,%0,%1,%2,4" : : "a"(0ul), "a"(2048ul), "a"(asce(root)) : "memory");
	if (VARIANT(csp_no_purge) || VARIANT(csp_purge)) {
		register unsigned long old asm("2") = 0, value asm("3") = 0;

		asm volatile("cspg %0,%2"
			     : "+d"(old), "+d"(value)
			     : "d"((unsigned long)&word | (VARIANT(csp_purge) ? 1 : 0))
			     : "memory", "cc");
	}
	if (VARIANT(bcr_0))
		asm volatile("bcr 0,0" : : : "memory");
	sd_assert(user_load(VA) == 2);
}
