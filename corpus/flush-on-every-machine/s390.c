/* The flush of this CPU's TLB, preemptibly, on s390. What it is about is said in arm64.c, the systems are described in
 * system.h.
 *
 * machine: s390x
 * variant: up                    PASS
 * variant: up-idte               PASS
 * variant: up-no-flush           FAIL revoked-translation
 * variant: smp-local             FAIL revoked-translation  --cpus 2
 * variant: smp-local-guarded     FAIL revoked-translation  --cpus 2
 * variant: smp-pinned            PASS                      --cpus 2
 * variant: smp-ipi-preemptible   FAIL revoked-translation  --cpus 2
 * variant: smp-ipi               PASS                      --cpus 2
 * variant: smp-broadcast         PASS                      --cpus 2
 * variant: smp-attached          FAIL attach-rule          --cpus 2
 *
 * What each variant must give, and why (written before the first run):
 *
 * up: the entry is changed by a store, which only this CPU can notice; PTLB. No control register is read, so nothing is
 *   written back. PASS. up-idte: IDTE of A's ASCE, whatever is loaded. PASS. up-no-flush: LCTLG removes nothing, so A's
 *   translations are still there when A runs again. FAIL; it shows that the system would tell.
 * smp-*: an ordinary store to the entry is allowed only while no other CPU has the address space attached. So the CPU that
 *   the task leaves goes over to the kernel's tables (but not in smp-broadcast and smp-attached). Its TLB stays as it is.
 * smp-local: PTLB on the CPU where the task happens to be; the other has run it as well. FAIL, with preemption off
 *   (smp-local-guarded) too: this stops it from moving on, not from having been elsewhere. smp-pinned: it never was. PASS.
 * smp-ipi-preemptible: PTLB here, then on the other CPU by an interrupt. In between the task moves, and "the other one" is
 *   where it came from: that CPU is flushed twice, the one where it runs now, not at all. FAIL. smp-ipi: preemption off
 *   around both. PASS.
 * smp-broadcast: IPTE invalidates the entry and makes all CPUs forget it, in one step, in which nobody is preempted. PASS,
 *   preemptibly. s390 needs nothing else, and this is what it does.
 * smp-attached: as smp-ipi-preemptible, but the idle CPU stays attached. FAIL attach-rule: the store itself.
 */
#include <shootdown/s390.h>

#define PAGE_SIZE 4096ul
#define VA 0x400000ul
#define CR_PRIMARY 1u

static unsigned long segment_tables[3][512] __attribute__((aligned(4096)));
static unsigned long page_tables[2][256] __attribute__((aligned(4096)));
static unsigned long frames[2][2][PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

static inline unsigned long root_of(unsigned space)
{
	return (unsigned long)segment_tables[space];
}

static inline unsigned long asce_of(unsigned space)
{
	return root_of(space) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static inline volatile unsigned long *entry_of(unsigned space)
{
	return &page_tables[space][VA / PAGE_SIZE % 256];
}

static inline void set_entry(unsigned space, unsigned frame)
{
	*entry_of(space) = (unsigned long)frames[space][frame];
}

static inline void clear_entry(unsigned space)
{
	if (VARIANT(smp_broadcast))
		ipte(page_tables[space], VA);
	else
		*entry_of(space) = *entry_of(space) | _PAGE_INVALID;
}

static inline void load_space(unsigned space)
{
	lctlg(CR_PRIMARY, asce_of(space));
}

static inline void make_tables(void)
{
	unsigned space, n;

	for (space = 0; space < 3; space++)
		for (n = 0; n < 512; n++)
			segment_tables[space][n] = _SEGMENT_ENTRY_INVALID;
	for (space = 0; space < 2; space++) {
		for (n = 0; n < 256; n++)
			page_tables[space][n] = _PAGE_INVALID;
		segment_tables[space][VA >> 20] = (unsigned long)page_tables[space];
		set_entry(space, 0);
	}
}

#define irq_on() stosm(S390_MASK_INTERRUPTS)
#define irq_off() stnsm(0xffu & ~S390_MASK_INTERRUPTS)
#define relax() ((void)0)
#define before_ipi() bcr_serialize()
#define before_switch() ((void)0)
#define leaves_space() (!VARIANT(smp_broadcast) && !VARIANT(smp_attached))
#define translation_on() load_space(KERNEL)
#define UP (VARIANT(up) || VARIANT(up_idte) || VARIANT(up_no_flush))
#define SMP_VARIANT
#include "system.h"

static void flush_up(void)
{
	if (VARIANT(up_idte))
		idte_asce(asce_of(A));
	else if (!VARIANT(up_no_flush))
		ptlb();
}

static void flush_this_cpu(void)
{
	ptlb();
}

/* smp-broadcast: done by clear_entry(). smp-attached: the error comes before. */
static void flush_every_cpu(void)
{
	if (VARIANT(smp_attached)) {
		flush_this_cpu();
		flush_other_cpu();
	}
}

SCENARIO
{
	make_tables();
	sd_set_vector(S390_VECTOR_PGM, fault);
	translation_on();
	if (UP)
		run_up();
	else
		run_smp();
}
