/* Published litmus tests of one CPU that changes an entry and then uses it: is the published outcome reachable?
 *
 * machine: arm64
 * cpus: 2
 * variant: inv-po                FAIL assertion
 * variant: inv-po                PASS            --cpu-features ets2
 * variant: inv-isb               FAIL assertion
 * variant: inv-eret              FAIL assertion
 * variant: inv-dsb               FAIL assertion
 * variant: inv-dsb               PASS            --cpu-features ets2
 * variant: inv-dsb-isb           PASS
 * variant: inv-dsbst-isb         PASS
 * variant: inv-dsbld-isb         FAIL assertion
 * variant: inv-dsbld-isb         PASS            --cpu-features ets2
 * variant: inv-dsb-eret          PASS
 * variant: inv-asid-eret         PASS
 * variant: inv-other-asid-eret   PASS
 * variant: po                    FAIL assertion
 * variant: dsb-isb               FAIL assertion
 * variant: dsb-tlbi-dsb-isb      PASS
 * variant: dsb-tlbi-dsb          FAIL assertion
 * variant: dsb-tlbi-dsb          PASS  --cpu-features ets2
 * variant: dsb-tlbiis-dsb-isb    PASS
 * variant: dsb-tlbiis-dsb        FAIL assertion
 * variant: tlbi-dsb-isb          FAIL assertion
 * variant: dsbld-tlbi-dsb-isb    FAIL assertion
 * variant: dsbst-tlbi-dsb-isb    PASS
 * variant: dsb-tlbi-dsbld-isb    FAIL assertion
 * variant: dsb-tlbi-dsbst-isb    FAIL assertion
 * variant: w-dsb-tlbi-dsb-isb    PASS
 * variant: w-dsb-tlbi-dsbld-isb  FAIL assertion
 * variant: w-dsb-tlbi-dsbst-isb  FAIL assertion
 * variant: bad-tlbi              FAIL assertion
 * variant: asid-eret             PASS
 * variant: other-asid-eret       FAIL assertion
 * variant: need-tlbi             FAIL assertion
 * variant: write-dsb-isb         FAIL assertion
 * variant: write-shootdown       PASS
 * variant: load-then-map         PASS
 * variant: load-then-unmap       PASS
 *
 * CPU 1 only walks the same table. (one_cpu.c has the case without it.)
 * FAIL: the outcome is reachable (allowed); PASS: it is not (forbidden). Names in brackets are those of the tests.
 *
 * inv-*: an invalid entry becomes valid, and the load that follows faults. inv-po [CoWTf.inv+po, coWRExpNExp: allowed]:
 *   the walk may find memory before the store is there. inv-isb [CoWTf.inv+poloc-ctrl-isb], inv-eret
 *   [CoWTf.inv.EL1+eret: allowed]: no wait for the store. inv-dsbld-isb [I2V-W-DSB.LD-ISB-R: allowed]: an LD form does
 *   not wait for it either. (With FEAT_ETS2 inv-po and inv-dsbld-isb are forbidden.) inv-dsb-isb [CoWTf.inv+dsb-isb,
 *   I2V-UP-DSB-ISB], inv-dsbst-isb [I2V-W-DSB.ST-ISB-R], inv-dsb-eret [CoWTf.inv.EL1+dsb-eret], inv-asid-eret, inv-other-asid-eret [CoWTa1.1.inv, CoWTa2.1.inv: forbidden]:
 *   DSB, then a context synchronization event; what is invalid is not cached, whatever is invalidated. inv-dsb
 *   [CoWTf.inv+dsb, I2V-UP-DSB: allowed without FEAT_ETS2, forbidden with]: the walk may have come before the DSB.
 * The others: a valid entry becomes invalid, and the load that follows does not fault. po [CoWinvT+po], dsb-isb
 * [CoWinvT+dsb-isb, V2I-load-DSB-ISB: allowed]: what is cached stays. dsb-tlbi-dsb-isb, dsb-tlbiis-dsb-isb
 * [CoWinvT.EL1+...: forbidden]: it is gone, and the CPU has synchronised. dsb-tlbi-dsb, dsb-tlbiis-dsb
 * [CoWinvT.EL1+...: allowed]: it has not; with FEAT_ETS2 the DSB is enough [coWRExpNExp+DSB-TLBI-DSB: allowed without,
 * forbidden with].
 * tlbi-dsb-isb, dsbld-tlbi-dsb-isb [V2I-W-DSB.LD-TLBI-DSB.ISH-ISB-R: allowed]: the TLBI may come before the store.
 * dsbst-tlbi-dsb-isb [V2I-W-DSB.ST-TLBI-DSB.ISH-ISB-R: forbidden]. dsb-tlbi-dsbld-isb, dsb-tlbi-dsbst-isb
 *   [V2I-W-DSB.ISH-TLBI-DSB.LD-ISB-R, .ST: allowed]: neither form waits for the TLBI. w-*: the same with a store as the
 *   last access [V2I-W-...-ISB-W]. bad-tlbi [CoWinvT.EL1+dsb-badtlbi-dsb-isb: of another page]: nothing of VA is
 *   removed.
 * asid-eret [CoWinvTa1.1: forbidden], other-asid-eret [CoWinvTa2.1: allowed]: TLBI ASIDE1IS of this ASID, and of
 *   another. need-tlbi [needTLBI1: allowed]: invalid, valid with TLBI, invalid again without: the entry that was valid
 *   may be cached.
 * write-*: a read-only entry becomes writable, and a store faults. write-dsb-isb [I2V-UP-STR-DSB-ISB: allowed]: the
 *   rights may be cached. write-shootdown [DBchange-UP-STR-DSB-TLBI-DSB-ISB: forbidden].
 * load-then-*: a load, then the store that would make it succeed, or fault [CoTW1.inv, CoTWinv: forbidden]: no access
 *   sees what comes after it.
 */
#include "published.h"

#define INV                                                                                                    \
	(VARIANT(inv_po) || VARIANT(inv_isb) || VARIANT(inv_eret) || VARIANT(inv_dsb) || VARIANT(inv_dsb_isb) || \
	 VARIANT(inv_dsbst_isb) || VARIANT(inv_dsbld_isb) || VARIANT(inv_dsb_eret) || VARIANT(inv_asid_eret) ||   \
	 VARIANT(inv_other_asid_eret))
#define STORES (VARIANT(w_dsb_tlbi_dsb_isb) || VARIANT(w_dsb_tlbi_dsbld_isb) || VARIANT(w_dsb_tlbi_dsbst_isb))
#define WRITE (VARIANT(write_dsb_isb) || VARIANT(write_shootdown))
#define BY_ASID (VARIANT(inv_asid_eret) || VARIANT(asid_eret))
#define BY_OTHER_ASID (VARIANT(inv_other_asid_eret) || VARIANT(other_asid_eret))

static void last_access(unsigned long value)
{
	if (INV || WRITE || VARIANT(load_then_unmap))
		judge(1, value == FAULTED);
	else
		judge(1, value != FAULTED);
}

static void before(void)
{
	if (VARIANT(inv_dsbst_isb) || VARIANT(dsbst_tlbi_dsb_isb))
		dsb(st);
	else if (VARIANT(inv_dsbld_isb) || VARIANT(dsbld_tlbi_dsb_isb))
		dsb(ld);
	else if (!VARIANT(inv_po) && !VARIANT(inv_isb) && !VARIANT(inv_eret) && !VARIANT(po) && !VARIANT(tlbi_dsb_isb))
		dsb(ish);
}

static int invalidate(void)
{
	if (VARIANT(dsb_tlbi_dsb_isb) || VARIANT(dsb_tlbi_dsb) || VARIANT(tlbi_dsb_isb) || VARIANT(dsbld_tlbi_dsb_isb) ||
	    VARIANT(dsbst_tlbi_dsb_isb) || VARIANT(dsb_tlbi_dsbld_isb) || VARIANT(dsb_tlbi_dsbst_isb) || STORES)
		tlbi(VAE1, tlbi_va(VA, ASID));
	else if (VARIANT(dsb_tlbiis_dsb_isb) || VARIANT(dsb_tlbiis_dsb) || VARIANT(write_shootdown))
		tlbi(VAE1IS, tlbi_va(VA, ASID));
	else if (VARIANT(bad_tlbi))
		tlbi(VAE1, tlbi_va(NEXT, ASID));
	else if (BY_ASID)
		tlbi(ASIDE1IS, TTBR_ASID(ASID));
	else if (BY_OTHER_ASID)
		tlbi(ASIDE1IS, TTBR_ASID(ASID + 1));
	else
		return 0;
	return 1;
}

static void after(void)
{
	if (VARIANT(dsb_tlbi_dsbld_isb) || VARIANT(w_dsb_tlbi_dsbld_isb))
		dsb(ld);
	else if (VARIANT(dsb_tlbi_dsbst_isb) || VARIANT(w_dsb_tlbi_dsbst_isb))
		dsb(st);
	else
		dsb(ish);
}

static void synchronise(void)
{
	if (BY_ASID || BY_OTHER_ASID || VARIANT(inv_eret) || VARIANT(inv_dsb_eret))
		eret();
	else if (!VARIANT(inv_po) && !VARIANT(inv_dsb) && !VARIANT(po) && !VARIANT(dsb_tlbi_dsb) && !VARIANT(dsb_tlbiis_dsb))
		isb();
}

static void other(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	stop();
}

SCENARIO
{
	pte_t valid = frame(1) | USER_PAGE;

	tables_begin();
	if (INV || VARIANT(load_then_map) || VARIANT(need_tlbi))
		*pte = 0;
	else
		*pte = WRITE ? frame(1) | USER_READONLY : valid;
	sd_cpu_start(1, other, 0, "other");
	translation_on(root, ASID);
	if (VARIANT(load_then_map) || VARIANT(load_then_unmap)) {
		unsigned long value = kernel_load(VA);

		set_pte(pte, VARIANT(load_then_map) ? valid : 0);
		last_access(value);
		return;
	}
	if (VARIANT(need_tlbi)) {
		set_pte(pte, valid);
		dsb(ish);
		tlbi(VAE1IS, tlbi_va(VA, ASID));
		dsb(ish);
	}
	set_pte(pte, INV || WRITE ? valid : 0);
	before();
	if (invalidate())
		after();
	synchronise();
	if (STORES || WRITE) {
		kernel_store(VA, 1);
		last_access(1);
	} else {
		last_access(kernel_load(VA));
	}
}
