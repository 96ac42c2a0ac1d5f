/* Sequences that are nearly the manual's: CPU 0 takes a page away that CPU 1 is reading, or that it reads itself.
 *
 * machine: arm64
 * cpus: 2
 * variant: release-before     FAIL revoked-translation
 * variant: copied             PASS
 * variant: copied-no-dsb      FAIL revoked-translation
 * variant: byte               PASS
 * variant: byte-no-tlbi       FAIL revoked-translation
 * variant: unshifted          FAIL revoked-translation
 * variant: no-asid            FAIL revoked-translation
 * variant: range-last         PASS
 * variant: range-behind       FAIL revoked-translation
 * variant: second-tlbi        FAIL revoked-translation
 * variant: second-tlbi-dsb    PASS
 * variant: handler-dsb        PASS
 * variant: handler-dsb-nsh    FAIL revoked-translation
 * variant: own-isb-before-dsb FAIL revoked-translation
 * variant: own-isb-after      PASS
 *
 * release-before: a store-release is ordered behind older stores; a TLBI or a walk of another CPU does not wait for it, so CPU 1
 *   may perform the TLBI, and walk the old entry again, before it is in memory (Arm ARM, B2.3). copied: the entry is overwritten
 *   by memcpy, and the rest is in order; copied-no-dsb: without the DSB before the TLBI. byte: only the byte with the valid bit
 *   is stored, which makes the descriptor invalid like a store of all of it; byte-no-tlbi: without the TLBI.
 * unshifted: Xt has the address itself, not address[55:12]. no-asid: the ASID is left out,
 *   so that the TLBI is for ASID 0 (Arm ARM, C5.5, TLBI VAE1IS).
 * range-*: SCALE 1, NUM 0: 64 pages (Arm ARM, D8.17, TLBI RVAE1IS); of them VA is the last, or just behind the last.
 * second-tlbi: a DSB completes the TLBIs before it, and not the one behind it; second-tlbi-dsb: with a DSB of its own.
 * handler-dsb: between TLBI and promise an interrupt is taken on the same CPU, and its handler executes DSB ISH: that DSB is as
 *   good as the interrupted code's. handler-dsb-nsh: of the other CPU it says nothing.
 * own-isb-before-dsb: TLBI, ISB, DSB: the ISB comes before the TLBI is complete, and what the TLBI removes afterwards may be
 *   used until the next context synchronization event (Arm ARM, D8.17.8). own-isb-after: in the right order.
 */
#include "tables.h"

#define ASID 1ul
#define VECTOR 0x30u
#define OWN (VARIANT(own_isb_before_dsb) || VARIANT(own_isb_after))
#define SECOND (VARIANT(second_tlbi) || VARIANT(second_tlbi_dsb))
#define HANDLER (VARIANT(handler_dsb) || VARIANT(handler_dsb_nsh))
#define COPIED (VARIANT(copied) || VARIANT(copied_no_dsb))
#define BYTE (VARIANT(byte) || VARIANT(byte_no_tlbi))
#define RANGE64(first) (TTBR_ASID(ASID) | 1ul << 46 | 1ul << 44 | (first) >> 12)

static pte_t *root, *pte, *next;
static volatile unsigned long handled;
static pte_t nothing[1];

static void abort_handler(unsigned long esr, unsigned long from_user)
{
	(void)from_user;
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | 3));
	sd_cover("the page is gone");
	sd_context_finish();
	for (;;)
		wfi();
}

static void interrupt(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	if (VARIANT(handler_dsb))
		dsb(ish);
	else
		dsb(nsh);
	handled = 1;
}

static void reader(void *unused)
{
	(void)unused;
	translation_on(root, ASID);
	for (;;)
		user_load(SECOND ? NEXT : VA);
}

static void clear(void)
{
	if (VARIANT(release_before))
		__atomic_store_n(pte, 0ul, __ATOMIC_RELEASE);
	else if (COPIED)
		__builtin_memcpy(pte, nothing, sizeof(nothing));
	else if (BYTE)
		*(volatile unsigned char *)pte = 0;
	else
		set_pte(pte, 0);
	if (!VARIANT(release_before) && !VARIANT(copied_no_dsb))
		dsb(ishst);
}

static void invalidate(void)
{
	if (VARIANT(unshifted))
		tlbi(VAE1IS, TTBR_ASID(ASID) | VA);
	else if (VARIANT(no_asid))
		tlbi(VAE1IS, VA >> 12);
	else if (VARIANT(range_last))
		tlbi(RVAE1IS, RANGE64(VA - 63 * PAGE_SIZE));
	else if (VARIANT(range_behind))
		tlbi(RVAE1IS, RANGE64(VA - 64 * PAGE_SIZE));
	else if (!VARIANT(byte_no_tlbi))
		tlbi(VAE1IS, tlbi_va(VA, ASID));
}

static void complete(void)
{
	if (HANDLER) {
		sd_raise(VECTOR);
		__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		while (!handled)
			cpu_relax();
		__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
		return;
	}
	if (VARIANT(own_isb_before_dsb))
		isb();
	dsb(ish);
	if (VARIANT(own_isb_after))
		isb();
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	sd_set_vector(VECTOR, interrupt);
	root = new_table();
	pte = map(root, VA, frame(1), USER_PAGE);
	next = map(root, NEXT, frame(2), USER_PAGE);
	if (OWN)
		translation_on(root, ASID);
	sd_cpu_start(1, reader, 0, "reader");
	clear();
	invalidate();
	complete();
	if (SECOND) {
		set_pte(next, 0);
		dsb(ishst);
		tlbi(VAE1IS, tlbi_va(NEXT, ASID));
		if (VARIANT(second_tlbi_dsb))
			dsb(ish);
	}
	sd_revoked((unsigned long)root, SECOND ? NEXT : VA);
	if (OWN)
		kernel_load(VA);
	sd_context_finish();
	for (;;)
		wfi();
}
