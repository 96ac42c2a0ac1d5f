/* The flush of this CPU's TLB, preemptibly, on arm64.
 *
 * Linux, 2004 ("fix __flush_tlb*() preemption bug on CONFIG_PREEMPT"): on x86 a task without an address space of its own
 * flushes by reading CR3 and writing it back, is preempted in between, and leaves the wrong root to the next. "Other
 * architectures are most likely safe, but they need review as well." This is the review; README.md of this folder has the
 * table. The systems are described in system.h.
 *
 * machine: arm64
 * variant: up                         PASS
 * variant: up-page                    PASS
 * variant: up-no-dsb                  FAIL revoked-translation
 * variant: up-no-flush                FAIL revoked-translation
 * variant: smp-local                  FAIL break-before-make    --cpus 2
 * variant: smp-local                  FAIL revoked-translation  --cpus 2 --property revoked-translation
 * variant: smp-local-guarded          FAIL break-before-make    --cpus 2
 * variant: smp-local-guarded          FAIL revoked-translation  --cpus 2 --property revoked-translation
 * variant: smp-pinned                 PASS                      --cpus 2
 * variant: smp-ipi-preemptible        FAIL revoked-translation  --cpus 2
 * variant: smp-ipi                    PASS                      --cpus 2
 * variant: smp-broadcast              PASS                      --cpus 2
 * variant: smp-broadcast-no-switch-dsb FAIL break-before-make   --cpus 2
 * variant: smp-broadcast-no-switch-dsb FAIL revoked-translation --cpus 2 --property revoked-translation
 *
 * What each variant must give, and why (written before the first run):
 *
 * up: DSB NSHST; TLBI VMALLE1; DSB NSH. No register of the address space is read, so nothing is written back: whatever the
 *   scheduler has loaded meanwhile stays. On one CPU the DSB behind the preemption is still executed by the CPU that
 *   executed the TLBI. PASS. up-page: by address and ASID (VAE1): the operand names A, whatever is loaded. PASS.
 * up-no-dsb: the TLBI may be performed later than the promise. up-no-flush: translations stay under A's ASID when B runs.
 *   Both FAIL; they show that the system would tell.
 * smp-local: the task has run on both CPUs. It flushes one of them, and what the other has stays there under the ASID. FAIL
 *   when it is back; or before that, when the next page is put in the place, break-before-make: the old translation has not
 *   been removed everywhere. Also with preemption off from the change to the promise (smp-local-guarded): this stops it from moving
 *   on, not from having been elsewhere. smp-pinned: it never was. PASS.
 * smp-ipi-preemptible: this CPU, then the other one. In between the task moves, and "the other one" is where it came from:
 *   that CPU is flushed twice, and the one where it runs now, not at all. FAIL. smp-ipi: preemption off around both. PASS.
 * smp-broadcast: DSB ISHST; TLBI VAE1IS; DSB ISH, preemptibly. Which CPU does it does not matter, but for one thing: only
 *   the CPU that executed the TLBI can wait for it. The switch has a DSB for that. PASS. Without
 *   (smp-broadcast-no-switch-dsb) the task's own DSB is executed on the other CPU, where it waits for nothing. FAIL,
 *   in the same two ways.
 */
#include <shootdown/arm64.h>

#define PAGE_SIZE 4096ul
#define VA 0x400000ul
#define TABLE (PTE_VALID | PTE_TYPE_TABLE)
#define PAGE (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_AF | PTE_NG)

static unsigned long tables[3][3][512] __attribute__((aligned(4096)));
static unsigned long frames[2][2][PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

static inline unsigned long root_of(unsigned space)
{
	return (unsigned long)tables[space][0];
}

static inline volatile unsigned long *entry_of(unsigned space)
{
	return &tables[space][2][VA / PAGE_SIZE % 512];
}

static inline void set_entry(unsigned space, unsigned frame)
{
	*entry_of(space) = (unsigned long)frames[space][frame] | PAGE;
	dsb(ishst); /* the access that is tried again finds it */
}

static inline void clear_entry(unsigned space)
{
	*entry_of(space) = 0;
}

/* 0 is the kernel's. */
static inline unsigned long asid_of(unsigned space)
{
	return (space + 1) % 3;
}

static inline void load_space(unsigned space)
{
	write_sysreg(root_of(space) | TTBR_ASID(asid_of(space)), ttbr0_el1);
	isb();
}

static inline void make_tables(void)
{
	unsigned space;

	for (space = 0; space < 2; space++) {
		tables[space][0][0] = (unsigned long)tables[space][1] | TABLE;
		tables[space][1][VA >> 21] = (unsigned long)tables[space][2] | TABLE;
		set_entry(space, 0);
	}
}

static inline void translation_on(void)
{
	write_sysreg(1ul << 23, tcr_el1); /* no walks from TTBR1 */
	load_space(2);
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

#define irq_on() __sd_arm64_msr_daifclr(ARM64_DAIFSET_I)
#define irq_off() __sd_arm64_msr_daifset(ARM64_DAIFSET_I)
#define relax() cpu_relax()
#define before_ipi() dsb(ishst)
#define before_switch() \
	do { \
		if (!VARIANT(smp_broadcast_no_switch_dsb)) \
			dsb(ish); \
	} while (0)
#define leaves_space() 0
#define UP (VARIANT(up) || VARIANT(up_page) || VARIANT(up_no_dsb) || VARIANT(up_no_flush))
#define SMP_VARIANT
#include "system.h"

#define VA_OPERAND(space) (TTBR_ASID(asid_of(space)) | VA >> 12)

static void flush_up(void)
{
	if (VARIANT(up_no_flush))
		return;
	dsb(nshst);
	if (VARIANT(up_page))
		tlbi(VAE1, VA_OPERAND(A));
	else
		tlbi(VMALLE1, 0);
	if (!VARIANT(up_no_dsb))
		dsb(nsh);
}

static void flush_this_cpu(void)
{
	dsb(nshst);
	tlbi(VMALLE1, 0);
	dsb(nsh);
}

static void flush_every_cpu(void)
{
	dsb(ishst);
	tlbi(VAE1IS, VA_OPERAND(A));
	dsb(ish);
}

SCENARIO
{
	make_tables();
	sd_set_vector(ARM64_VECTOR_ABORT, fault);
	translation_on();
	if (UP)
		run_up();
	else
		run_smp();
}
