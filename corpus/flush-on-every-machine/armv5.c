/* The flush of this CPU's TLB, preemptibly, on ARMv5. What it is about is said in arm64.c, the system is described in
 * system.h. There is no SMP before ARMv6.
 *
 * machine: armv5
 * variant: up            PASS
 * variant: up-page       PASS
 * variant: up-if-active  PASS
 * variant: up-no-flush   FAIL revoked-translation
 *
 * What each variant must give, and why (written before the first run):
 *
 * up: MCR to c8, all of the TLB. The translation table base is not read, so nothing is written back. PASS.
 * up-page: by address. There are no tags: if B is loaded meanwhile, its page at that address is flushed, which costs a
 *   walk; A's translations went when B was loaded, for every switch flushes all. PASS.
 * up-if-active: nothing if A's address space is not the loaded one, as flush_tlb_page() does. The answer may be out of
 *   date when it is acted on. A was loaded and is no more: see up-page. A was not loaded and is now: the switch to it has
 *   flushed, and what was walked since then is the cleared entry. PASS.
 * up-no-flush: FAIL: K runs on A, A runs on without a switch. It shows that the system would tell.
 */
#include <shootdown/arm.h>

#define PAGE_SIZE 4096ul
#define VA 0x400000ul
#define PAGE (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_WRITE))

static unsigned long first_level[3][4096] __attribute__((aligned(16384)));
static unsigned long coarse[2][256] __attribute__((aligned(4096)));
static unsigned frames[2][2][PAGE_SIZE / sizeof(unsigned)] __attribute__((aligned(4096)));

static inline unsigned long root_of(unsigned space)
{
	return (unsigned long)first_level[space];
}

static inline volatile unsigned long *entry_of(unsigned space)
{
	return &coarse[space][VA / PAGE_SIZE % 256];
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
	mcr_cache(0xe1, 0); /* one line stands for the data cache */
	mcr_cache(0xa4, 0);
	mcr_ttbr(root_of(space));
	mcr_tlb_invalidate_all();
}

static inline void make_tables(void)
{
	unsigned space;

	for (space = 0; space < 2; space++) {
		first_level[space][VA >> 20] = (unsigned long)coarse[space] | ARM_L1_COARSE | ARM_L1_DOMAIN(1);
		set_entry(space, 0);
	}
}

#define irq_on() msr_cpsr_c(mrs_cpsr() & ~ARM_CPSR_I)
#define UP 1
#include "system.h"

static void flush_up(void)
{
	if (VARIANT(up_no_flush) || (VARIANT(up_if_active) && active != A))
		return;
	if (VARIANT(up))
		mcr_tlb_invalidate_all();
	else
		mcr_tlb_invalidate_mva(VA);
}

SCENARIO
{
	make_tables();
	sd_set_vector(ARM_VECTOR_DATA_ABORT, fault);
	load_space(KERNEL);
	mcr_control(ARM_CONTROL_M);
	run_up();
}
