/* The flush of this CPU's TLB, preemptibly, on x86. What it is about is said in arm64.c, the systems are described in
 * system.h; linux-2004-flush-tlb has the race itself, with the kit.
 *
 * machine: x86-64
 * options: --cpu-features invlpgb
 * variant: up                         FAIL wrong-page-table
 * variant: up-guarded                 PASS
 * variant: up-page                    PASS
 * variant: up-no-flush                FAIL revoked-translation
 * variant: smp-local                  FAIL revoked-translation  --cpus 2
 * variant: smp-local-guarded          FAIL revoked-translation  --cpus 2
 * variant: smp-pinned                 PASS                      --cpus 2
 * variant: smp-ipi-preemptible        FAIL revoked-translation  --cpus 2
 * variant: smp-ipi                    PASS                      --cpus 2
 * variant: smp-broadcast              PASS                      --cpus 2
 * variant: smp-broadcast-preemptible  FAIL revoked-translation  --cpus 2
 *
 * What each variant must give, and why (written before the first run):
 *
 * up: CR3 is read and written back. K reads A's root; B runs, and then K again, on B's; K writes A's root; B runs without a
 *   load. FAIL wrong-page-table. up-guarded: preemption off around the two. PASS. up-page: INVLPG carries nothing over; if
 *   B is loaded, A's translations went when it was. PASS. up-no-flush: K runs on A, A runs on without a switch. FAIL.
 * smp-local: the task has run on both CPUs. It flushes one of them (CR3, of its only address space: the race above cannot
 *   harm it), and the other keeps what it has, because it does not load CR3 when the task comes back. FAIL. Also with
 *   preemption off from the change to the promise (smp-local-guarded): this stops it from moving on, not from having been
 *   elsewhere. smp-pinned: it never was. PASS.
 * smp-ipi-preemptible: this CPU, then the other one. In between the task moves, and "the other one" is where it came from:
 *   that CPU is flushed twice, the one where it runs now, not at all. FAIL. smp-ipi: preemption off around both. PASS.
 * smp-broadcast: AMD's INVLPGB with preemption off until its TLBSYNC. PASS. Preemptibly FAIL: TLBSYNC on the other CPU waits
 *   for that CPU's INVLPGBs, of which there are none.
 */
#include <shootdown/x86.h>

#define PAGE_SIZE 4096ul
#define VA 0x400000ul
#define TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE (TABLE | _PAGE_DIRTY)

static unsigned long tables[3][4][512] __attribute__((aligned(4096)));
static unsigned long frames[2][2][PAGE_SIZE / sizeof(unsigned long)] __attribute__((aligned(4096)));

static inline unsigned long root_of(unsigned space)
{
	return (unsigned long)tables[space][0];
}

static inline volatile unsigned long *entry_of(unsigned space)
{
	return &tables[space][3][VA / PAGE_SIZE % 512];
}

static inline void set_entry(unsigned space, unsigned frame)
{
	*entry_of(space) = (unsigned long)frames[space][frame] | PAGE;
}

static inline void clear_entry(unsigned space)
{
	*entry_of(space) = 0;
}

static inline void load_space(unsigned space)
{
	mov_to_cr3(root_of(space));
}

static inline void make_tables(void)
{
	unsigned space;

	for (space = 0; space < 2; space++) {
		tables[space][0][0] = (unsigned long)tables[space][1] | TABLE;
		tables[space][1][0] = (unsigned long)tables[space][2] | TABLE;
		tables[space][2][VA >> 21] = (unsigned long)tables[space][3] | TABLE;
		set_entry(space, 0);
	}
}

static inline void translation_on(void)
{
	load_space(2);
	mov_to_cr0(X86_CR0_PE | X86_CR0_WP | X86_CR0_PG);
}

#define irq_on() sti()
#define irq_off() cli()
#define relax() pause()
#define before_ipi() mfence()
#define before_switch() ((void)0)
#define leaves_space() 0
#define UP (VARIANT(up) || VARIANT(up_guarded) || VARIANT(up_page) || VARIANT(up_no_flush))
#define SMP_VARIANT
#include "system.h"

static void flush_up(void)
{
	if (VARIANT(up_no_flush))
		return;
	if (VARIANT(up_page)) {
		invlpg(VA);
		return;
	}
	if (VARIANT(up_guarded))
		preempt_disable();
	mov_to_cr3(mov_from_cr3());
	if (VARIANT(up_guarded))
		preempt_enable();
}

static void flush_this_cpu(void)
{
	mov_to_cr3(mov_from_cr3());
}

static void flush_every_cpu(void)
{
	if (VARIANT(smp_broadcast))
		preempt_disable();
	mfence(); /* INVLPGB waits for no store */
	invlpgb(VA | X86_INVLPGB_VA, 0, 0);
	tlbsync();
	if (VARIANT(smp_broadcast))
		preempt_enable();
}

SCENARIO
{
	make_tables();
	sd_set_vector(X86_TRAP_PF, fault);
	translation_on();
	if (UP)
		run_up();
	else
		run_smp();
}
