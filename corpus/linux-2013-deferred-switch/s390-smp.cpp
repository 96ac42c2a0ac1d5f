// The switch of the address space, deferred until the scheduler has dropped its lock: s390, two CPUs, where it is rare.
//
// Linux, 2013, "s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries", and the thread about it. A CPU that
// attaches an address space while an entry of it is being changed must wait until that is over, and cannot in the
// scheduler (corpus/linux-2013-s390-lazy-flush). So switch_mm() loads the kernel's table, leaves a note, and
// finish_arch_post_lock_switch() waits and loads. What that needs is said in armv5-up.cpp; the system is in sched.h.
//
// Here whether a switch is deferred is a free choice of the checker, which stands for "an entry is being changed" (in
// defer-on-* every switch is, and tasks are switched where they yield: no timer). CPU 1 has a task only where it
// matters to CPU 0: in per-mm-flag-smp, in atomic-per-mm-counter-smp, and in defer-on-*. Elsewhere it idles: the note
// is the task's, or the CPU's.
//
// With -D TASKS_MIGRATE all tasks run on both CPUs, and go from one to the other whenever they are preempted, which is
// at each point between two visible operations at which interrupts are on, without a timer. Stores do not wait there.
//
// machine: s390x
// cpus: 2
// variant: per-task-flag                  FAIL wrong-page-table
// variant: per-task-flag-fork2            PASS
// variant: per-mm-flag-smp                FAIL wrong-page-table
// variant: preempt-disable-across-switch  FAIL atomic-context
// variant: preempt-disable-across-switch  FAIL wrong-page-table  --property wrong-page-table
// variant: preempt-disable-across-fork2   FAIL atomic-context
// variant: preempt-disable-per-cpu-count  PASS
// variant: copy-flag-in-switch-to         PASS
// variant: copy-flag-kthread-active       PASS
// variant: copy-flag-kthread-null         FAIL memory-fault "null pointer"
// variant: copy-flag-kthread-drops        FAIL wrong-page-table
// variant: defer-on-old-root              FAIL freed-page "loaded root"
// variant: defer-on-kernel-root           PASS
// variant: atomic-per-mm-counter-smp      FAIL wrong-page-table
// variant: unconditional-finish           PASS
// variant: unconditional-finish-unpaired  FAIL wrong-page-table
// variant: library                        PASS
// variant: per-task-flag                  FAIL wrong-page-table  --memory sc -D TASKS_MIGRATE
// variant: per-task-flag-fork2            PASS                   --memory sc -D TASKS_MIGRATE
// variant: per-mm-flag-smp                FAIL wrong-page-table  --memory sc -D TASKS_MIGRATE
// variant: preempt-disable-per-cpu-count  PASS                   --memory sc -D TASKS_MIGRATE
// variant: copy-flag-in-switch-to         PASS                   --memory sc -D TASKS_MIGRATE
// variant: copy-flag-kthread-active       PASS                   --memory sc -D TASKS_MIGRATE
// variant: copy-flag-kthread-drops        FAIL wrong-page-table  --memory sc -D TASKS_MIGRATE
// variant: atomic-per-mm-counter-smp      FAIL wrong-page-table  --memory sc -D TASKS_MIGRATE
// variant: unconditional-finish           PASS                   --memory sc -D TASKS_MIGRATE
// variant: library                        PASS                   --memory sc -D TASKS_MIGRATE
//
// What each variant must give, and why (written before the first run):
//
// per-task-flag, per-task-flag-fork2, preempt-disable-*, copy-flag-*, unconditional-finish*: as on one CPU. "Runs on A's
//   table" is here "runs on the kernel's". A flag that moves with __switch_to() stays on its CPU, as it should: it is about
//   what that CPU has loaded. The note of a task that is preempted before its finish, and goes on on another CPU, has stayed
//   behind; the switch there has left one of its own.
// per-mm-flag-smp: the thread's steps: CPU 0 and CPU 1 switch to B1 and B3, of one mm, and both set the flag. CPU 0 finds it
//   and takes it back. CPU 1 finds nothing and goes on on the kernel's table. FAIL.
// defer-on-old-root: the table of the task before stays loaded meanwhile, as on ARM. CPU 0 goes from A to B1, which has not
//   come to its finish. A runs on on CPU 1, exits, and nobody holds its mm any more: its table is freed, and CPU 0 has it
//   loaded. FAIL. (On one CPU the finish comes before the reference of the task before is dropped.)
// defer-on-kernel-root: the same with the kernel's table loaded: nothing of A is on CPU 0 when it has been left. PASS.
// atomic-per-mm-counter-smp: CPU 0 runs B1 on mm B; CPU 1 has switched to B3, deferred, and counted. CPU 0 goes from B1 to
//   B2: the mm stays the same, nothing is counted; but its finish sees CPU 1's count, takes it, and
//   loads what it has loaded already. CPU 1 finds nothing, and goes on on the kernel's table. FAIL.
// library: tlb/s390/lazy.hpp: the note is the CPU's. PASS.
// With -D TASKS_MIGRATE the same: a task that comes to another CPU is switched to there. If what runs there is of another mm,
//   that CPU loads, or notes what it has to load; if it is of the same mm, that is loaded, or noted with this CPU, whose
//   note __switch_to() hands over. What fails fails without anybody going elsewhere, and still may.
#include <tlb/s390/lazy.hpp>

#include <shootdown/s390.h>

#define CPUS 2
#define VA 0x400000ul
#define PER_MM_FLAG VARIANT(per_mm_flag_smp)
#define PER_MM_COUNTER VARIANT(atomic_per_mm_counter_smp)
#define LIBRARY VARIANT(library)
#ifdef TASKS_MIGRATE
#define MIGRATES 1
#else
#define MIGRATES 0
#endif
#define EXITS (VARIANT(defer_on_old_root) || VARIANT(defer_on_kernel_root))
#define HAS_A EXITS
#define HAS_B2 (!EXITS)
#define HAS_B3 (EXITS || PER_MM_FLAG || PER_MM_COUNTER)

#define PAGE_SIZE 4096ul
#define CR_PRIMARY 1u

using shootdown::tlb::s390::Attachment;
using shootdown::tlb::s390::CpuAttachment;

struct mm {
	unsigned long *root;
	int count;
	unsigned pending;
	Attachment attachment;
};

alignas(4096) static unsigned long segment_tables[3][512];
alignas(4096) static unsigned long page_tables[2][256];
alignas(4096) static unsigned long frames[2][PAGE_SIZE / sizeof(unsigned long)];
static struct mm mms[2] = {{segment_tables[0], 1, 0, {}}, {segment_tables[1], 1, 0, {}}};
static struct mm init_mm = {segment_tables[2], 1 + CPUS, 0, {}};

static inline unsigned long root_of(const struct mm *mm)
{
	return reinterpret_cast<unsigned long>(mm->root);
}

static inline unsigned long asce_of(const struct mm *mm)
{
	return root_of(mm) | S390_ASCE_TYPE_SEGMENT | S390_ASCE_TL(0);
}

static inline void cpu_switch_mm(const struct mm *mm)
{
	lctlg(CR_PRIMARY, asce_of(mm));
}

static inline void load_kernel_root()
{
	if (!VARIANT(defer_on_old_root))
		cpu_switch_mm(&init_mm);
}

static inline bool deferred()
{
	return EXITS || sd_choose(2);
}

#if MIGRATES
#define irq_on() (void)0
#define irq_off() (void)0
#else
#define irq_on() stosm(S390_MASK_INTERRUPTS)
#define irq_off() stnsm(0xffu & ~S390_MASK_INTERRUPTS)
#endif
#define wait() s390_wait()

static inline void library_start(struct mm *next);
static inline void library_finish();
#include "sched.h"

static CpuAttachment<struct mm> attachments[2];

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
	static CpuAttachment<struct mm> &cpu() noexcept
	{
		return attachments[sd_cpu_id()];
	}
	static Attachment &attachment(struct mm &mm) noexcept
	{
		return mm.attachment;
	}
	static unsigned long asce(const struct mm &mm) noexcept
	{
		return asce_of(&mm);
	}
	static unsigned long kernel_asce() noexcept
	{
		return asce_of(&init_mm);
	}
};
using Lazy = shootdown::tlb::s390::Lazy<Hooks>;

// An update that is in progress when this CPU attaches, or none.
static inline void library_start(struct mm *next)
{
	const unsigned update = sd_choose(2) ? Lazy::kUpdate : 0;

	if (update)
		__atomic_fetch_add(&next->attachment.count, update, __ATOMIC_SEQ_CST);
	Lazy::attach(*next);
	if (update)
		__atomic_fetch_sub(&next->attachment.count, update, __ATOMIC_SEQ_CST);
}

static inline void library_finish()
{
	Lazy::finish();
}

static void start_secondary(void *)
{
	cpu_switch_mm(&init_mm);
	cpu_idle();
}

SCENARIO
{
	for (auto &table : segment_tables)
		for (auto &entry : table)
			entry = _SEGMENT_ENTRY_INVALID;
	for (unsigned n = 0; n < 2; n++) {
		for (auto &entry : page_tables[n])
			entry = _PAGE_INVALID;
		segment_tables[n][VA >> 20] = reinterpret_cast<unsigned long>(page_tables[n]);
		page_tables[n][VA / PAGE_SIZE % 256] = reinterpret_cast<unsigned long>(frames[n]);
	}
	cpu_switch_mm(&init_mm);
	make_tasks();
	sd_cpu_start(1, start_secondary, nullptr, "idle");
	if (!EXITS && !MIGRATES)
		sd_timer(TIMER);
	cpu_idle();
}
