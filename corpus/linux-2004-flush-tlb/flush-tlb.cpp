// A kernel thread flushes the TLB by reading and writing CR3, and is preempted in between.
//
// Linux 2.6.10, i386 and x86-64 with CONFIG_PREEMPT. A kernel thread has no address space: it runs on the one of the
// task before it (lazy TLB), and after each switch that may be another. It flushes the TLB again and again; two user
// tasks, A and B, touch their page.
//
// machine: x86-64, i386
// variant: buggy          FAIL wrong-page-table
// variant: fixed          PASS
// variant: one-asm-buggy  FAIL wrong-page-table
// variant: one-asm-fixed  PASS
//
// What each variant must give, and why (written before the first run):
//
// buggy: FAIL. The thread reads CR3, is preempted, a user task runs on its own root, is preempted, and the thread
//   borrows its mm: no load. The thread writes the root it read before the switch. Then the user task is resumed,
//   again without a load, and its access runs on the wrong table. The wrong root is whatever the thread had borrowed
//   first; in a shortest schedule that is the kernel's own, init_mm, from boot, and one user task is enough.
// fixed: PASS. The library reads and writes CR3 with preemption off, so the value written is the one CR3 holds.
// one-asm-buggy: FAIL, the same schedule. One asm statement is one statement for the compiler only; the CPU takes
//   interrupts between its instructions.
// one-asm-fixed: PASS. That statement between preempt_disable() and preempt_enable().
#define KIT_HAVE___FLUSH_TLB
#include <kit/kernel.h>
#include <kit/tlb.hpp>

// Both instructions in one statement, as the kernel had them; the assembler takes the width from the register.
// clang-format off
#define reload_cr3() \
	do { \
		unsigned long root; \
		__asm__ __volatile__( \
			"mov %%cr3, %0;\n" \
			"mov %0, %%cr3; # drops all that is not global\n" \
			: "=r" (root) \
			: \
			: "memory"); \
	} while (0)
// clang-format on

static inline void __flush_tlb(void)
{
	if (VARIANT(buggy)) {
		mov_to_cr3(mov_from_cr3());
	} else if (VARIANT(fixed)) {
		LocalTlb::flush();
	} else if (VARIANT(one_asm_buggy)) {
		reload_cr3();
	} else {
		preempt_disable();
		reload_cr3();
		preempt_enable();
	}
}

static void lazy_thread(void *)
{
	for (;;) {
		if (current->active_mm != &init_mm)
			sd_cover("the thread flushes while it borrows a user task's mm");
		__flush_tlb();
	}
}

static void user_task(void *)
{
	for (;;)
		user_load(USER_PAGE(0));
}

SCENARIO
{
	kthread_run(lazy_thread, NULL, "lazy");
	spawn("A", mm_create("A", 1), user_task, NULL);
	spawn("B", mm_create("B", 1), user_task, NULL);
}
