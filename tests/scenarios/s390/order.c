/* Store buffering: each CPU stores, and then loads what the other stores. Both may load 0 unless each has waited for its own
 * store in between.
 *
 * machine: s390x
 * cpus: 2
 * options: --cpu-features idte,lc,crdte
 * variant: nothing      FAIL assertion
 * variant: bcr          PASS
 * variant: bcr-sc       PASS                --memory sc
 * variant: ptlb         PASS
 * variant: ipte         PASS
 * variant: csp          PASS
 * variant: csp-failed   PASS
 * variant: cs           PASS
 * variant: lctlg        FAIL assertion
 * variant: interrupt    PASS
 *
 * BCR 15,0, PTLB, IPTE, CSP (whether or not it stores) and CS are serializations (PoP, chapter 5); LCTLG is taken for none.
 * interrupt: CPU 0 loads in an interrupt's handler: interruptions serialize.
 */
#include "tables.h"

#define VECTOR 40u

static unsigned long x, y, x_seen = 9, y_seen = 9, lock = 3;
static unsigned long finished;

static void serialize(unsigned cpu)
{
	if (VARIANT(bcr) || VARIANT(bcr_sc) || (VARIANT(interrupt) && cpu == 1))
		bcr_serialize();
	if (VARIANT(ptlb))
		ptlb();
	if (VARIANT(ipte))
		ipte(page_tables[cpu], VA);
	if (VARIANT(csp))
		cspg(&lock, 3ul, 3ul);
	if (VARIANT(csp_failed))
		cspg(&lock, 4ul, 5ul);
	if (VARIANT(cs))
		__sync_val_compare_and_swap(&lock, 3ul, 3ul);
	if (VARIANT(lctlg))
		lctlg(CR_PRIMARY, asce(segment_tables[cpu]));
}

static void end(void)
{
	if (__sync_add_and_fetch(&finished, 1) == 2)
		sd_assert(*(volatile unsigned long *)&x_seen + *(volatile unsigned long *)&y_seen != 0);
}

static void cpu1(void *unused)
{
	(void)unused;
	*(volatile unsigned long *)&y = 1;
	serialize(1);
	x_seen = *(volatile unsigned long *)&x;
	end();
	sd_context_finish();
	for (;;)
		s390_wait();
}

static void handler(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	y_seen = *(volatile unsigned long *)&y;
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_cpu_start(1, cpu1, 0, "P1");
	*(volatile unsigned long *)&x = 1;
	if (VARIANT(interrupt)) {
		sd_raise(VECTOR);
		stosm(S390_MASK_INTERRUPTS);
		while (*(volatile unsigned long *)&y_seen == 9)
			;
		stnsm(0xff & ~S390_MASK_INTERRUPTS);
	} else {
		serialize(0);
		y_seen = *(volatile unsigned long *)&y;
	}
	end();
}
