// Page-table isolation on CPUs that have PCID but not INVPCID: how the user PCID is flushed.
//
// Linux, 2017, KAISER on x86-64, one CPU ("kaiser: load_new_mm_cr3() let SWITCH_USER_CR3 flush user"). All address
// spaces share two PCIDs: 0 for the kernel, 0x80 for user mode, so that neither way in nor out has to flush. A switch
// to another address space must flush both, and so must a change of the loaded one. The kernel can flush its own by
// loading CR3; for the other one load_new_mm_cr3() used INVPCID, which many machines with PCID do not have. The fix
// leaves a note in the per-CPU X86_CR3_PCID_USER_VAR, and SWITCH_USER_CR3 flushes on the next return to user mode.
//
// The system: task A (one page; touches it, and in the kernel unmaps it and flushes that page or everything, then reads
// it as copy_from_user() does), task B (one page; touches it twice and exits), and for the fix itself (note, note-asm) a
// kernel thread that borrows what it finds. One CPU, preemption everywhere. In the NMI variants: task A alone, and one
// NMI.
//
// machine: x86-64
// variant: invpcid-always        PASS                           --cpu-features none
// variant: invpcid-always        FAIL architectural-fault #UD   --cpu-features pcid
// variant: invpcid-always        PASS                           --cpu-features pcid,invpcid
// variant: invpcid-guarded       PASS                           --cpu-features none
// variant: invpcid-guarded       PASS                           --cpu-features pcid
// variant: invpcid-guarded       PASS                           --cpu-features pcid,invpcid
// variant: no-user-flush         PASS                           --cpu-features none
// variant: no-user-flush         FAIL foreign-translation       --cpu-features pcid
// variant: no-user-flush         FAIL foreign-translation       --cpu-features pcid,invpcid
// variant: note                  PASS                           --cpu-features none
// variant: note                  PASS                           --cpu-features pcid
// variant: note                  PASS                           --cpu-features pcid,invpcid
// variant: note-asm              PASS                           --cpu-features none
// variant: note-asm              PASS                           --cpu-features pcid
// variant: note-asm              PASS                           --cpu-features pcid,invpcid
// variant: note-rearm-constant   FAIL architectural-fault #GP   --cpu-features none
// variant: note-rearm-constant   PASS                           --cpu-features pcid
// variant: note-rearm-constant   PASS                           --cpu-features pcid,invpcid
// variant: note-preemptible      PASS                           --cpu-features none
// variant: note-preemptible      PASS                           --cpu-features pcid
// variant: note-preemptible      PASS                           --cpu-features pcid,invpcid
// variant: note-consumed-noflush PASS                           --cpu-features none
// variant: note-consumed-noflush FAIL foreign-translation       --cpu-features pcid
// variant: note-consumed-noflush FAIL foreign-translation       --cpu-features pcid,invpcid
// variant: nmi-in-window         PASS                           --cpu-features none
// variant: nmi-in-window         FAIL revoked-translation       --cpu-features pcid
// variant: nmi-in-window         FAIL revoked-translation       --cpu-features pcid,invpcid
// variant: nmi-without-note      PASS                           --cpu-features none
// variant: nmi-without-note      PASS                           --cpu-features pcid
// variant: nmi-later-promise     PASS                           --cpu-features none
// variant: nmi-later-promise     PASS                           --cpu-features pcid
// variant: nmi-looks-again       PASS                           --cpu-features pcid
// variant: nmi-while-flushing    PASS                           --cpu-features pcid
// variant: nmi-while-flushing    PASS                           --cpu-features none
//
// What each variant must give, and why (written before the first run):
//
// invpcid-always: the code before the fix, which tests for PCID and executes INVPCID. With PCID alone the first switch
//   of address spaces is #UD. With both, every flush of the user PCID is done at once: PASS. Without PCID every load of
//   CR3 flushes everything and INVPCID is not executed: PASS.
// invpcid-guarded: INVPCID where the CPU has it, else the note. PASS everywhere; it is what the fix found not worth
//   the trouble.
// no-user-flush: load_new_mm_cr3() flushes the kernel's PCID only (the other two flushes leave their notes). A has been
//   in user mode, the timer preempts it, B returns to user mode: PCID 0x80 is loaded with bit 63, and what it holds of
//   A's page is used for B's access at the same address. B's shadow directory is loaded, so it is not the wrong page
//   table but another address space's translation under the same tag. Without PCID: PASS, the load flushes.
// note: the fix, with the switches, the note and the flushes of tlb/x86/kaiser.hpp. Every change of what is loaded or
//   mapped is followed by a note, on the only CPU, before user mode can run again, and the exit that runs first, whoever
//   returns, flushes the whole user PCID. Nothing fills it between the note and that load, since nothing is cached for a
//   PCID that is not current. The kernel's PCID is flushed where the note is left. Without PCID bit 63 is never set.
// note-asm: the same in the form of Linux: kit/pti.h with its macros in assembly, re-armed with the low byte of the value.
// note-rearm-constant: the fix's own commit, which re-arms by writing 0x80 over the top byte. With PCID that is the low
//   byte's value anyhow: PASS. Without, the word is 0x1000, the sign bit is clear on every exit, so the first one arms,
//   and the second loads CR3 with bit 63 while CR4.PCIDE is 0: #GP.
// note-preemptible: between the note and the rest of the flush A may be preempted. Another task's exit then takes the
//   note, and flushes the user PCID of the one CPU there is; the entry was cleared before the note, so what A finds
//   later is at least as new. And if the other task runs in another address space both switches leave notes anyway.
//   PASS; with two CPUs it is another matter: two-cpus.cpp.
// note-consumed-noflush: the exit re-arms first and loads what is in the word then, bit 63 included. The note is gone
//   and nothing was flushed: as no-user-flush, and by the same schedule. Without PCID the word never has bit 63: PASS.
// nmi-in-window: an NMI takes away A's page: clears the entry, INVLPG, note, and promises. If it comes between the exit's
//   look at the word (bit 63 set: no flush) and the load of CR3, A returns to user mode without a flush and may use what
//   the user PCID holds of the page. The note is honoured on the next exit. Without PCID that very load flushes: PASS.
// nmi-without-note: the NMI may come there too, but changes no translation. PASS.
// nmi-later-promise: the NMI of nmi-in-window, but the promise is made by A, in the kernel, when it sees that the NMI has
//   been. The exit that follows honours the note: PASS. That is "missed on this exit, honoured on the next".
// nmi-looks-again: after the load the exit looks at the word again, and loads a second time if a note has come. An NMI
//   after the second look finds the shadow loaded, and takes its note itself on its way out. PASS.
// nmi-while-flushing: as nmi-in-window, with tlb/x86/kaiser.hpp, but A leaves a note before each exit, and there is no
//   timer, whose exits have none. A note of the NMI's between the look at the word and the store that arms it is lost, but
//   the load that flushes is still to come; one after the store stays for the next exit, and this one flushes too. PASS.
#include <shootdown/scenario.h>
#if VARIANT(nmi_while_flushing)
#define KIT_NO_TIMER
#endif
#define KIT_MAX_MMS 2
#define KIT_MAX_TASKS 4
#define KIT_PAGES 24
#define KIT_HAVE_SWITCH_USER_CR3
#define KIT_HAVE_SWITCH_KERNEL_CR3
#define KIT_HAVE_LOAD_NEW_MM_CR3
#define KIT_HAVE___NATIVE_FLUSH_TLB
#define KIT_HAVE___NATIVE_FLUSH_TLB_SINGLE
#define KIT_HAVE_DO_NMI
#include <kit/pti.hpp>

#define NMI_VARIANT                                                                                  \
	(VARIANT(nmi_in_window) || VARIANT(nmi_without_note) || VARIANT(nmi_later_promise) ||        \
	 VARIANT(nmi_looks_again) || VARIANT(nmi_while_flushing))
// The switches are the library's.
#define WITH_LIBRARY (VARIANT(note) || VARIANT(invpcid_guarded) || VARIANT(nmi_while_flushing))

#define KAISER_MASK (~(X86_CR3_PCID_MASK | KAISER_SHADOW_PGD_OFFSET))

// ---- entry and exit --------------------------------------------------------------------------------------------

// In Linux's words, `js 9f` jumps over the line that arms the word again.
static inline void switch_user_cr3_asm(void)
{
	unsigned long value;

	asm volatile("movq	%%cr3, %0\n\t"
		     "andq	%1, %0\n\t"
		     "orq	%%gs:%P2, %0\n\t"
		     "js	9f\n\t"
#if VARIANT(note_rearm_constant)
		     "movb	$0x80, %%gs:%P2+7\n\t"
#else
		     "movb	%b0, %%gs:%P2+7\n\t"
#endif
#if VARIANT(note_consumed_noflush)
		     "orq	%%gs:%P2, %0\n"
#endif
		     "9:	movq	%0, %%cr3"
		     : "=&q"(value)
		     : "i"(KAISER_MASK), "i"((unsigned long)&X86_CR3_PCID_USER_VAR)
		     : "memory", "cc");
}

// Like user mode itself, the second look needs the per-CPU word mapped in the shadow; KAISER maps it there.
static inline void SWITCH_USER_CR3(void)
{
#if !VARIANT(invpcid_always) && !VARIANT(invpcid_guarded)
	if (!(READ_ONCE(X86_CR3_PCID_USER_VAR) & X86_CR3_PCID_NOFLUSH))
		sd_cover("an exit that flushes");
#endif
	if (WITH_LIBRARY)
		Kaiser::switch_to_user(InterruptsOff::already());
	else
		switch_user_cr3_asm();
#if VARIANT(nmi_looks_again)
	// The word is mapped in the shadow, as KAISER's per-CPU words are.
	if (!(READ_ONCE(X86_CR3_PCID_USER_VAR) & X86_CR3_PCID_NOFLUSH)) {
		sd_cover("the second look finds a note");
		switch_user_cr3_asm();
	}
#endif
}

static inline void SWITCH_KERNEL_CR3(void)
{
	if (WITH_LIBRARY) {
		Kaiser::switch_to_kernel(InterruptsOff::already());
		return;
	}
	unsigned long value;

	asm volatile("movq	%%cr3, %0\n\t"
		     "andq	%1, %0\n\t"
		     "orq	%2, %0\n\t"
		     "movq	%0, %%cr3"
		     : "=&r"(value)
		     : "i"(KAISER_MASK), "m"(X86_CR3_PCID_KERN_VAR)
		     : "memory", "cc");
}

// ---- the flushes -----------------------------------------------------------------------------------------------

// All of the user PCID, by way of what the variant has for that. The caller stays on this CPU.
static inline void flush_user_pcid(void)
{
	if (VARIANT(invpcid_always)) {
		if (cpu_has(X86_FEATURE_PCID))
			invpcid(1, X86_CR3_PCID_ASID_USER, 0);
	} else if (VARIANT(invpcid_guarded)) {
		const InterruptsOff off;

		Pcids::if_on(off, [&](const Pcids::On &on) {
			if (!Pcids::if_invpcid(off, [&](const Pcids::Invpcid &invpcid) {
				    invpcid.context(on, Kaiser::kUserPcid);
			    }))
				Kaiser::leave_note(off);
		});
	} else {
		kaiser_flush_tlb_on_return_to_user();
	}
}

// 1 while A stands between the note and the rest of its flush.
static int between;

static inline void load_new_mm_cr3(pte_t *pgd)
{
#if VARIANT(note_preemptible)
	if (READ_ONCE(between))
		sd_cover("a switch between the note and the rest of the flush");
#endif
	if (VARIANT(note)) {
		Kaiser::load_mm(InterruptsOff::already(), __pa(pgd));
		return;
	}
	if (!VARIANT(no_user_flush))
		flush_user_pcid();
	mov_to_cr3(__pa(pgd) | X86_CR3_PCID_KERN_FLUSH);
}

static inline void __native_flush_tlb(void)
{
	if (VARIANT(note)) {
		Kaiser::flush();
	} else if (VARIANT(note_preemptible)) {
		kaiser_flush_tlb_on_return_to_user();
		WRITE_ONCE(between, 1);
		// Read and write back would be another bug: see linux-2016-x86-up-flush.
		preempt_disable();
		mov_to_cr3(mov_from_cr3());
		preempt_enable();
		WRITE_ONCE(between, 0);
	} else {
		const Kaiser::Guard guard;

		flush_user_pcid();
		mov_to_cr3(mov_from_cr3());
	}
}

static inline void __native_flush_tlb_single(unsigned long va)
{
	if (VARIANT(note)) {
		Kaiser::flush_page(va);
	} else if (VARIANT(note_preemptible)) {
		kaiser_flush_tlb_on_return_to_user();
		WRITE_ONCE(between, 1);
		invlpg(va);
		WRITE_ONCE(between, 0);
	} else {
		const Kaiser::Guard guard;

		flush_user_pcid();
		invlpg(va);
	}
}

// ---- the tasks -------------------------------------------------------------------------------------------------

static struct mm_struct *mm_a;

static inline void touch_in_user_mode(void)
{
	return_to_user();
	user_load(USER_PAGE(0));
	enter_kernel();
}

// zap_page() flushes one page; this is the same with a flush of everything.
static void zap_and_flush_all(struct mm_struct *mm, unsigned long va)
{
	pte_t pte = ptep_get_and_clear(mm, va, pte_offset(mm, va));

	if (!pte_present(pte))
		return;
	__flush_tlb();
	sd_revoked(__pa(mm->pgd), va);
	free_page(pte_page(pte));
}

static void task_a(void *)
{
	for (;;) {
		touch_in_user_mode();
		if (sd_choose(2))
			zap_page(mm_a, USER_PAGE(0));
		else
			zap_and_flush_all(mm_a, USER_PAGE(0));
		if (sd_choose(2))
			kernel_load(USER_PAGE(0));
	}
}

static void task_b(void *)
{
	touch_in_user_mode();
	touch_in_user_mode();
}

static void thread(void *)
{
	sd_context_daemon(sd_context_self());
	for (;;)
		yield();
}

// ---- with an NMI -----------------------------------------------------------------------------------------------

static int nmi_has_been;

static inline void do_nmi(void)
{
#if VARIANT(nmi_without_note)
	sd_cover("an NMI");
	return;
#endif
	ptep_get_and_clear(mm_a, USER_PAGE(0), pte_offset(mm_a, USER_PAGE(0)));
	invlpg(USER_PAGE(0));
	kaiser_flush_tlb_on_return_to_user();
	if (VARIANT(nmi_later_promise))
		WRITE_ONCE(nmi_has_been, 1);
	else
		sd_revoked(__pa(mm_a->pgd), USER_PAGE(0));
}

static void task_with_nmi(void *)
{
	for (;;) {
		if (VARIANT(nmi_while_flushing))
			Kaiser::leave_note(Kaiser::Guard());
		touch_in_user_mode();
#if VARIANT(nmi_later_promise)
		if (READ_ONCE(nmi_has_been)) {
			sd_cover("the NMI has been");
			sd_revoked(__pa(mm_a->pgd), USER_PAGE(0));
		}
#endif
	}
}

SCENARIO
{
	pti_init();
	mm_a = pti_mm_create("A", 1);
	if (NMI_VARIANT) {
		spawn("A", mm_a, task_with_nmi, NULL);
		sd_nmi(1);
		return;
	}
	spawn("A", mm_a, task_a, NULL);
	spawn("B", pti_mm_create("B", 1), task_b, NULL);
	if (VARIANT(note) || VARIANT(note_asm))
		kthread_run(thread, NULL, "thread");
}
