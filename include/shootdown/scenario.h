/* The vocabulary every scenario may use, whatever the machine.
 *
 * Valid as C11 and as C++20. Nothing here has a run-time cost in the checked system: an operation named
 * __sd_* has no body, the checker executes it itself. Ghost statements (sd_expect_root, sd_revoked, ...)
 * tell the checker what the kernel believes; they change nothing that the kernel or the machine can see.
 */
#ifndef SHOOTDOWN_SCENARIO_H
#define SHOOTDOWN_SCENARIO_H

#ifdef __cplusplus
#define SD_EXTERN extern "C"
#else
#define SD_EXTERN extern
#endif

/* VARIANT(name): 1 in the variant called NAME, 0 in the others; usable in #if and in C. A name that the file does
 * not declare with a `variant:` line is a compile error. */
#define VARIANT(name) SD_VARIANT_##name

/* SCENARIO { ... }: the body run once, at boot, on CPU 0 with interrupts off. */
#define SCENARIO SD_EXTERN void sd_scenario(void); void sd_scenario(void)

/* ---- choices and checks ---------------------------------------------------------------------------------- */

/* One of 0 .. n-1; the checker tries them all. n >= 1. */
SD_EXTERN unsigned __sd_choose(unsigned n);
/* Execution must be able to get here: a PASS that never does is VACUOUS. NAME is a string literal. */
SD_EXTERN void __sd_cover(const char *name);
/* Property `assertion`: fails when COND is 0. TEXT is a string literal shown to the user. */
SD_EXTERN void __sd_assert(int cond, const char *text);
/* Reports a violation of PROPERTY (a name from `shootdown list --properties`) that checked code found itself. */
SD_EXTERN void __sd_violation(const char *property, const char *text);
/* A resource of the scenario (pages, contexts) ran out: the verdict is BOUNDED, with TEXT. Does not return. */
SD_EXTERN void __sd_exhausted(const char *text);
/* A line for the schedule; no effect. */
SD_EXTERN void __sd_note(const char *text);
/* The kernel operation NAME (a string literal: "munmap") begins, or ends, in the running context: what `shootdown cost`
 * counts between the two is what it costs. Each is a step of its own, and has no effect. */
SD_EXTERN void __sd_operation_begin(const char *name);
SD_EXTERN void __sd_operation_end(const char *name);
/* One round of the caller's work is complete: counts as progress for the properties deadlock and livelock. */
SD_EXTERN void __sd_progress(void);

/* Around what begins and what ends a guard: preemption off, a lock. Each says whether it is really to be done: 1,
 * except where the check leaves the guard out. KIND is a string literal, OBJECT the lock,
 * or NULL where the guard has none; a leave belongs to the last enter of the same context with the same two. */
#ifdef __cplusplus
SD_EXTERN bool __sd_guard_enter(const char *kind, const volatile void *object);
SD_EXTERN bool __sd_guard_leave(const char *kind, const volatile void *object);
#else
SD_EXTERN _Bool __sd_guard_enter(const char *kind, const volatile void *object);
SD_EXTERN _Bool __sd_guard_leave(const char *kind, const volatile void *object);
#endif

#define sd_choose(n) __sd_choose(n)
/* The point's name is kept in a section of its own, so that a point which the compiler proves unreachable is missed. */
#define sd_cover(name)                                                                           \
	do {                                                                                     \
		static const char sd_cover_point[] __attribute__((used, section("sd_cover"))) = name; \
		__sd_cover(sd_cover_point);                                                      \
	} while (0)
#define sd_assert(cond) __sd_assert(!!(cond), #cond)
#define sd_violation(property, text) __sd_violation((property), (text))
#define sd_exhausted(text) __sd_exhausted(text)
#define sd_note(text) __sd_note(text)
#define sd_operation_begin(name) __sd_operation_begin(name)
#define sd_operation_end(name) __sd_operation_end(name)
#define sd_progress() __sd_progress()
#define sd_guard_enter(kind, object) __sd_guard_enter((kind), (object))
#define sd_guard_leave(kind, object) __sd_guard_leave((kind), (object))

/* ---- circumstances: what `shootdown audit` asks of the kernel ----------------------------------------------- */

/* HOLDS says whether the circumstance NAME (a string literal) holds at this moment, for the code that runs on the CPU
 * that executes it. The checker calls it wherever it needs to know; the kernel never does. It may read memory, use its
 * own stack and read the CPU's number, the context's and the flags; anything else is UNSUPPORTED. At file scope. */
struct sd_circumstance_record {
	const char *name;
	int (*holds)(void);
};
#define sd_circumstance(name, holds)                                                            \
	static const struct sd_circumstance_record sd_circumstance_of_##holds                    \
		__attribute__((used, section("sd_circumstance"))) = { name, holds }

/* ---- contexts: a stack, registers and an expected root --------------------------------------------------- */

/* Makes a context that will run fn(arg) when first switched to, with interrupts as they are at that switch; returns
 * its number (the boot context of CPU 0 is 0). fn must not return: finish with sd_context_finish() and switch away.
 * NAME is a string literal, shown in schedules. */
SD_EXTERN unsigned __sd_context_create(void (*fn)(void *), void *arg, const char *name);
/* This CPU stops running the current context and runs CONTEXT, which no other CPU may be running. */
SD_EXTERN void __sd_context_switch(unsigned context);
SD_EXTERN unsigned __sd_context_self(void);
/* The current context has done its work: it may be left for ever (see property `deadlock`). */
SD_EXTERN void __sd_context_finish(void);
/* CONTEXT may wait for ever without that being a deadlock (an idle loop, a daemon). */
SD_EXTERN void __sd_context_daemon(unsigned context);
SD_EXTERN unsigned __sd_cpu_id(void);
SD_EXTERN unsigned __sd_cpu_count(void);
/* Starts CPU, which has not run yet: it runs fn(arg) in a context of its own, with interrupts and translation off.
 * Returns that context's number. */
SD_EXTERN unsigned __sd_cpu_start(unsigned cpu, void (*fn)(void *), void *arg, const char *name);

#define sd_context_create(fn, arg, name) __sd_context_create((fn), (arg), (name))
#define sd_context_switch(c) __sd_context_switch(c)
#define sd_context_self() __sd_context_self()
#define sd_context_finish() __sd_context_finish()
#define sd_context_daemon(c) __sd_context_daemon(c)
#define sd_cpu_id() __sd_cpu_id()
#define sd_cpu_count() __sd_cpu_count()
#define sd_cpu_start(cpu, fn, arg, name) __sd_cpu_start((cpu), (fn), (arg), (name))

/* ---- ghost statements ------------------------------------------------------------------------------------ */

#define SD_NO_ROOT 0ul /* the context has no user address space of its own */

/* From now on a user access by CONTEXT must run on the table at physical address ROOT (property wrong-page-table);
 * with SD_NO_ROOT it must make none. A context for which this was never said is not judged. */
SD_EXTERN void __sd_expect_root(unsigned context, unsigned long root);
/* Gives the table at ROOT a name for schedules; NAME is a string literal. */
SD_EXTERN void __sd_name_root(unsigned long root, const char *name);
/* ROOT is another root of the address space whose first root is PRIMARY (page-table isolation). */
SD_EXTERN void __sd_same_address_space(unsigned long root, unsigned long primary);
/* An operation that took rights or the page away at VA in the address space of ROOT has completed: from now on an
 * access may use only what a walk of ROOT's tables yields now or later (property revoked-translation). */
SD_EXTERN void __sd_revoked(unsigned long root, unsigned long va);
/* The same for a kernel address that every address space maps: judged whatever root the CPU runs on; ROOT is the
 * reference table (init_mm). */
SD_EXTERN void __sd_revoked_everywhere(unsigned long root, unsigned long va);
/* The physical page at PA (4 KiB, aligned) is in use as data, or as a page table. */
SD_EXTERN void __sd_page_in_use(unsigned long pa);
SD_EXTERN void __sd_page_is_table(unsigned long pa);
/* The physical page at PA has been freed: nothing may use it until it is in use again (property freed-page). */
SD_EXTERN void __sd_page_freed(unsigned long pa);

#define sd_expect_root(context, root) __sd_expect_root((context), (root))
#define sd_name_root(root, name) __sd_name_root((root), (name))
#define sd_same_address_space(root, primary) __sd_same_address_space((root), (primary))
#define sd_revoked(root, va) __sd_revoked((root), (va))
#define sd_revoked_everywhere(root, va) __sd_revoked_everywhere((root), (va))
#define sd_page_in_use(pa) __sd_page_in_use(pa)
#define sd_page_is_table(pa) __sd_page_is_table(pa)
#define sd_page_freed(pa) __sd_page_freed(pa)

/* ---- interrupts ------------------------------------------------------------------------------------------ */

/* Handler of VECTOR on every CPU. It is entered as through an interrupt gate (interrupts off) and its return is the
 * machine's return from interrupt. error_code: as the architecture defines it, 0 where there is none.
 * from_user: 1 if user mode was interrupted. */
typedef void (*sd_handler)(unsigned long error_code, unsigned long from_user);
SD_EXTERN void __sd_set_vector(unsigned vector, sd_handler handler);
/* The device timer: may raise VECTOR at any boundary where interrupts are on. */
SD_EXTERN void __sd_timer(unsigned vector);
/* A non-maskable interrupt may come at any boundary, at most COUNT times (1..15) in a run. */
SD_EXTERN void __sd_nmi(unsigned count);
/* Makes VECTOR pending on this CPU (a software-raised interrupt): taken at some later boundary with interrupts on. */
SD_EXTERN void __sd_raise(unsigned vector);
/* An interprocessor interrupt: VECTOR becomes pending on CPU, or on every CPU whose bit is set in MASK (the sender's own
 * included, if set). On x86 the message is a write to the x2APIC's ICR, which waits for no buffered store: code that
 * needs its stores seen first says so with a fence. */
SD_EXTERN void __sd_send_ipi(unsigned cpu, unsigned vector);
SD_EXTERN void __sd_send_ipi_mask(unsigned long mask, unsigned vector);
/* A non-maskable interrupt to CPU. */
SD_EXTERN void __sd_send_nmi(unsigned cpu);

#define sd_set_vector(vector, handler) __sd_set_vector((vector), (handler))
#define sd_timer(vector) __sd_timer(vector)
#define sd_nmi(count) __sd_nmi(count)
#define sd_raise(vector) __sd_raise(vector)
#define sd_send_ipi(cpu, vector) __sd_send_ipi((cpu), (vector))
#define sd_send_ipi_mask(mask, vector) __sd_send_ipi_mask((mask), (vector))
#define sd_send_nmi(cpu) __sd_send_nmi(cpu)

/* ---- translated accesses --------------------------------------------------------------------------------- */

/* One access of 1, 2, 4 or 8 bytes (WIDTH) at virtual address VA, in user mode or with kernel rights, through the
 * CPU's current root, tag and TLB. A fault enters the page-fault handler and the access is tried again on return. */
SD_EXTERN unsigned long __sd_user_load(unsigned long va, unsigned width);
SD_EXTERN void __sd_user_store(unsigned long va, unsigned width, unsigned long value);
SD_EXTERN void __sd_user_fetch(unsigned long va);
SD_EXTERN unsigned long __sd_kernel_load(unsigned long va, unsigned width);
SD_EXTERN void __sd_kernel_store(unsigned long va, unsigned width, unsigned long value);
SD_EXTERN void __sd_kernel_fetch(unsigned long va);

#define user_load(va) __sd_user_load((unsigned long)(va), (unsigned)sizeof(long))
#define user_store(va, value) __sd_user_store((unsigned long)(va), (unsigned)sizeof(long), (unsigned long)(value))
#define user_fetch(va) __sd_user_fetch((unsigned long)(va))
#define kernel_load(va) __sd_kernel_load((unsigned long)(va), (unsigned)sizeof(long))
#define kernel_store(va, value) __sd_kernel_store((unsigned long)(va), (unsigned)sizeof(long), (unsigned long)(value))
#define kernel_fetch(va) __sd_kernel_fetch((unsigned long)(va))

#endif
