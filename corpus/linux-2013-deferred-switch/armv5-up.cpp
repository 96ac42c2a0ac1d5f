// The switch of the address space, deferred until the scheduler has dropped its lock: ARMv5, one CPU, where it always is.
//
// Linux, 2013, in the thread of "s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries". switch_mm() is called
// with interrupts off, and on ARM before version 6 the load of another table takes long, for the data cache has to be
// cleaned. So switch_mm() only leaves a note, and finish_arch_post_lock_switch() does it, after the scheduler's unlock; the
// old table stays until then. The note was a flag of the task (TIF_SWITCH_MM). A new thread can be preempted between the
// two, and then the thread lists:
//   1. thread A runs on mm A   2. a switch to B1 of mm B   3. sets B1's flag, loads nothing   4. the scheduler unlocks
//   5. B1 is preempted   6. by B2, of mm B as well   7. switch_mm() has nothing to do, for B1 ran on mm B
//   8. B2 has no flag: it goes on on A's table.
// The other variants are what the thread proposed instead. The system is in sched.h; on several CPUs: s390-smp.cpp.
//
// machine: armv5
// variant: per-task-flag                  FAIL wrong-page-table
// variant: per-task-flag-fork2            PASS
// variant: per-mm-flag-up                 PASS
// variant: preempt-disable-across-switch  FAIL atomic-context
// variant: preempt-disable-across-switch  FAIL wrong-page-table  --property wrong-page-table
// variant: preempt-disable-across-fork2   FAIL atomic-context
// variant: preempt-disable-per-cpu-count  PASS
// variant: copy-flag-in-switch-to         PASS
// variant: copy-flag-kthread-active       PASS
// variant: copy-flag-kthread-null         FAIL memory-fault "null pointer"
// variant: copy-flag-kthread-drops        FAIL wrong-page-table
// variant: atomic-per-mm-counter-up       PASS
// variant: unconditional-finish           PASS
// variant: unconditional-finish-unpaired  FAIL wrong-page-table
// variant: library                        PASS
//
// What each variant must give, and why (written before the first run):
//
// per-task-flag: FAIL by the steps above.
// per-task-flag-fork2: a new thread begins with preempt count 2, as since Linux 4.4. Nobody can be preempted between unlock
//   and finish, so a task that has the flag finds it. PASS.
// per-mm-flag-up: the flag is in the mm (what ARM has done since). Whichever thread of the mm finishes first finds it, and
//   loads. It is 0 only if mm has been loaded since it was set; whoever loads another mm after that leaves mm, and coming
//   back sets it. A flag that is still set when another mm runs costs a load. PASS.
// preempt-disable-across-switch: switch_mm() turns preemption off, for the task that is leaving, whose thread_info has the
//   count; finish turns it on for the one that came, whose count falls below 0. FAIL atomic-context, as the thread found
//   ("weird kernel warnings"). And the new thread, whose count did not change, is preempted as before: FAIL
//   wrong-page-table. preempt-disable-across-fork2: with fork count 2 only the first of these is left.
// preempt-disable-per-cpu-count: the count is the CPU's, the same before and behind the switch, so the two are a pair. (A
//   new thread cannot bring a count of its own then: the CPU's is 2 there.) PASS.
// copy-flag-in-switch-to: __switch_to() moves the flag to the task that comes. So there is one flag, and it is the running
//   task's, from the switch_mm() that set it to the load. A kernel thread that inherits it keeps it. PASS.
// copy-flag-kthread-active: it loads active_mm instead, and the flag is done with. PASS.
// copy-flag-kthread-null: it loads current->mm, of which it has none. FAIL memory-fault.
// copy-flag-kthread-drops: it finds that it has no mm, and takes the flag back. B1 has been preempted by it; then B2 comes:
//   the kernel thread has borrowed mm B, nothing to do. B2 runs on A's table. FAIL.
// atomic-per-mm-counter-up: switch_mm() counts in the mm, finish takes one off, if there is one, and loads. As the flag: 0
//   only if mm has been loaded since the last count. PASS.
// unconditional-finish: finish always loads current's mm, if it has one. Every task that was switched to comes by there
//   before it can use a user address, and use_mm() has one of its own. PASS.
// unconditional-finish-unpaired: the idle task takes mm B for a while (use_mm()), without a finish. Its switch_mm() has
//   loaded nothing. It runs on A's table. FAIL.
// library: tlb/arm/deferred_switch.hpp: no note; the mm that is wanted and the one that is loaded are the processor's, and
//   finish compares them. With use_mm(), paired. PASS.
#include <tlb/arm/deferred_switch.hpp>

#include <shootdown/arm.h>

#define CPUS 1
#define VA 0x400000ul
#define PER_MM_FLAG VARIANT(per_mm_flag_up)
#define PER_MM_COUNTER VARIANT(atomic_per_mm_counter_up)
#define LIBRARY VARIANT(library)
#define EXITS 0
#define MIGRATES 0
#define HAS_A 1
#define HAS_B2 1
#define HAS_B3 0

#define PAGE_SIZE 4096ul
#define PAGE (ARM_L2_SMALL | ARM_L2_AP(ARM_AP_USER_WRITE))

struct mm {
	unsigned long *root;
	int count;
	unsigned pending;
};

alignas(16384) static unsigned long first_level[3][4096];
alignas(4096) static unsigned long coarse[2][256];
alignas(4096) static unsigned frames[2][PAGE_SIZE / sizeof(unsigned)];
static struct mm mms[2] = {{first_level[0], 1, 0}, {first_level[1], 1, 0}}, init_mm = {first_level[2], 2, 0};

static inline unsigned long root_of(const struct mm *mm)
{
	return reinterpret_cast<unsigned long>(mm->root);
}

// Each step can be interrupted. Two lines stand for the data cache.
static inline void cpu_switch_mm(const struct mm *mm)
{
	unsigned long root = root_of(mm);

	mcr_cache(0xe1, 0);
	mcr_cache(0xe1, 0x20);
	mcr_cache(0xa4, 0);
	mcr_ttbr(root);
	mcr_tlb_invalidate_all();
}

// The old table stays.
static inline void load_kernel_root()
{
}

static inline bool deferred()
{
	return true;
}

#define irq_on() msr_cpsr_c(mrs_cpsr() & ~ARM_CPSR_I)
#define irq_off() msr_cpsr_c(mrs_cpsr() | ARM_CPSR_I)
#define wait() wait_for_interrupt()

static inline void library_start(struct mm *next);
static inline void library_finish();
#include "sched.h"

using shootdown::tlb::arm::DeferredSwitchState;
static DeferredSwitchState<struct mm> switch_state;

struct Hooks {
	using AddressSpace = struct mm;
	static void preempt_disable() noexcept
	{
		preempt_count_add(1);
	}
	static void preempt_enable() noexcept
	{
		preempt_count_sub(1);
	}
	static DeferredSwitchState<struct mm> &state() noexcept
	{
		return switch_state;
	}
	static void load(const struct mm &mm) noexcept
	{
		cpu_switch_mm(&mm);
	}
};
using Switch = shootdown::tlb::arm::DeferredSwitch<Hooks>;

static inline void library_start(struct mm *next)
{
	Switch::start(*next);
}

static inline void library_finish()
{
	Switch::finish();
}

SCENARIO
{
	for (unsigned n = 0; n < 2; n++) {
		first_level[n][VA >> 20] =
			reinterpret_cast<unsigned long>(coarse[n]) | ARM_L1_COARSE | ARM_L1_DOMAIN(1);
		coarse[n][VA / PAGE_SIZE % 256] = reinterpret_cast<unsigned long>(frames[n]) | PAGE;
	}
	mcr_ttbr(root_of(&init_mm));
	mcr_control(ARM_CONTROL_M);
	make_tasks();
	sd_timer(TIMER);
	cpu_idle();
}
