/* Boot: the entry point sd_entry() builds init_mm, turns translation on, installs the vectors, runs the scenario and becomes
 * the idle task.
 *
 * Replaceable: KIT_HAVE_CPU_INIT, KIT_HAVE_CPU_IDLE, KIT_HAVE_START_KERNEL.
 */
#ifndef KIT_BOOT_H
#define KIT_BOOT_H

#include <kit/fault.h>
#include <kit/irq.h>
#include <kit/kthread.h>

SD_EXTERN void sd_scenario(void);
SD_EXTERN void sd_entry(void);

static inline void start_kernel(void);
static inline void cpu_idle(void);

/* With one top-level entry of the kernel half, which every page directory will copy where there is one. */
static inline void init_mm_setup(void)
{
	init_mm.pgd = table_alloc(PGTABLE_LEVELS - 1);
	init_mm.name = "init_mm";
	atomic_set(&init_mm.mm_users, 1);
	atomic_set(&init_mm.mm_count, 1);
	sd_name_root(__pa(init_mm.pgd), "init_mm");
	set_pgd(&init_mm.pgd[pte_index(VMALLOC_START, PGTABLE_LEVELS - 1)], __pa(table_alloc(PGTABLE_LEVELS - 2)) | _PAGE_TABLE);
}

/* paging_init()         CPU 0 turns translation on, with init_mm loaded
 * paging_secondary()    and another CPU */
#include KIT_ARCH_HEADER(boot.h)

static inline void cpu_init(void);

#ifndef KIT_HAVE_CPU_INIT
/* On each CPU, once translation is on, with interrupts off. */
static inline void cpu_init(void)
{
}
#endif

/* Idle tasks have no mm and borrow init_mm. The boot context becomes the one of CPU 0. */
static inline void init_idle(unsigned cpu, unsigned context)
{
	struct task_struct *idle = &kit_tasks[context];

	kit_idle_tasks[cpu] = context;
	idle->name = "idle";
	idle->active_mm = &init_mm;
	mmgrab(&init_mm);
	kit_nr_tasks = context + 1;
}

static inline void declare_idle(void)
{
	sd_expect_root(sd_context_self(), SD_NO_ROOT);
	sd_context_daemon(sd_context_self());
}

#if CONFIG_SMP
static inline void start_secondary(void *unused)
{
	(void)unused;
	declare_idle();
	arch_start_lazy_tlb();
	paging_secondary();
	cpu_init();
	cpu_idle();
}

/* After the scenario has made its tasks, so that none of its set-up is interleaved with anything. */
static inline void smp_init(void)
{
	unsigned cpu;

	arch_start_lazy_tlb();
	sd_set_vector(CALL_FUNCTION_VECTOR, call_function_interrupt);
	sd_set_vector(RESCHEDULE_VECTOR, reschedule_interrupt);
	for (cpu = 1; cpu < sd_cpu_count(); cpu++) {
		if (kit_nr_tasks == KIT_MAX_TASKS)
			sd_exhausted("the kit's tasks are used up (KIT_MAX_TASKS)");
		init_idle(cpu, kit_nr_tasks);
	}
	for (cpu = 1; cpu < sd_cpu_count(); cpu++)
		BUG_ON(sd_cpu_start(cpu, start_secondary, NULL, "idle") != kit_idle_tasks[cpu]);
}
#endif

#ifndef KIT_HAVE_CPU_IDLE
/* Interrupts are on only where the architecture waits for one, so no wake-up comes between the look and the sleep. */
static inline void cpu_idle(void)
{
	for (;;) {
		__schedule(0);
		arch_cpu_idle();
		local_irq_disable();
	}
}
#endif

#ifndef KIT_HAVE_START_KERNEL
static inline void start_kernel(void)
{
	init_mm_setup();
	paging_init();
	cpu_init();
	init_idle(smp_processor_id(), sd_context_self());
	declare_idle();
	trap_init();
	sd_set_vector(LOCAL_TIMER_VECTOR, timer_interrupt);
	sd_scenario();
#if CONFIG_SMP
	smp_init();
#endif
#ifndef KIT_NO_TIMER
	sd_timer(LOCAL_TIMER_VECTOR);
#endif
	cpu_idle();
}
#endif

SD_EXTERN void sd_entry(void)
{
	start_kernel();
}

#endif
