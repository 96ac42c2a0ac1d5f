/* The x86 operations, each named as the instruction is in Intel's Software Developer's Manual (SDM) volume 2, or in
 * AMD's Architecture Programmer's Manual (APM) volume 3.
 * Inline assembly for the same instructions is accepted as well and means the same.
 */
#ifndef SHOOTDOWN_X86_H
#define SHOOTDOWN_X86_H

#include <shootdown/scenario.h>

/* MOV from and to control registers (SDM 2, "MOV - Move to/from Control Registers"). */
SD_EXTERN unsigned long __sd_x86_mov_from_cr0(void);
SD_EXTERN unsigned long __sd_x86_mov_from_cr2(void);
SD_EXTERN unsigned long __sd_x86_mov_from_cr3(void);
SD_EXTERN unsigned long __sd_x86_mov_from_cr4(void);
SD_EXTERN void __sd_x86_mov_to_cr0(unsigned long value);
SD_EXTERN void __sd_x86_mov_to_cr2(unsigned long value);
SD_EXTERN void __sd_x86_mov_to_cr3(unsigned long value);
SD_EXTERN void __sd_x86_mov_to_cr4(unsigned long value);
#define mov_from_cr0() __sd_x86_mov_from_cr0()
#define mov_from_cr2() __sd_x86_mov_from_cr2()
#define mov_from_cr3() __sd_x86_mov_from_cr3()
#define mov_from_cr4() __sd_x86_mov_from_cr4()
#define mov_to_cr0(value) __sd_x86_mov_to_cr0(value)
#define mov_to_cr2(value) __sd_x86_mov_to_cr2(value)
#define mov_to_cr3(value) __sd_x86_mov_to_cr3(value)
#define mov_to_cr4(value) __sd_x86_mov_to_cr4(value)

/* INVLPG; INVPCID types: 0 individual address, 1 single context, 2 all including global, 3 all but global. */
SD_EXTERN void __sd_x86_invlpg(unsigned long va);
SD_EXTERN void __sd_x86_invpcid(unsigned long type, unsigned long pcid, unsigned long va);
#define invlpg(va) __sd_x86_invlpg((unsigned long)(va))
#define invpcid(type, pcid, va) __sd_x86_invpcid((type), (pcid), (unsigned long)(va))

/* AMD's broadcast (APM 3, INVLPGB, TLBSYNC), with its operands as the registers hold them. RAX: X86_INVLPGB_* flags and
 * the page's address. ECX[15:0]: how many further pages (at most X86_INVLPGB_COUNT_MAX), 4 KiB apart, or 2 MiB with
 * X86_INVLPGB_STRIDE_2M. EDX: PCID << 16. Each CPU performs it at a time of its own; TLBSYNC waits until all that *this*
 * CPU has issued are performed everywhere. */
SD_EXTERN void __sd_x86_invlpgb(unsigned long rax, unsigned long ecx, unsigned long edx);
SD_EXTERN void __sd_x86_tlbsync(void);
#define invlpgb(rax, ecx, edx) __sd_x86_invlpgb((unsigned long)(rax), (ecx), (edx))
#define tlbsync() __sd_x86_tlbsync()

/* CLI, STI (with its one-instruction shadow), HLT, PUSHF and POPF of the flags' IF bit. */
SD_EXTERN void __sd_x86_cli(void);
SD_EXTERN void __sd_x86_sti(void);
SD_EXTERN void __sd_x86_hlt(void);
SD_EXTERN void __sd_x86_sti_hlt(void); /* "sti; hlt": nothing but an NMI comes between the two */
SD_EXTERN unsigned long __sd_x86_pushf(void);
SD_EXTERN void __sd_x86_popf(unsigned long flags);
#define cli() __sd_x86_cli()
#define sti() __sd_x86_sti()
#define hlt() __sd_x86_hlt()
#define sti_hlt() __sd_x86_sti_hlt()
#define pushf() __sd_x86_pushf()
#define popf(flags) __sd_x86_popf(flags)

/* INT n: a software interrupt, taken at once whatever IF says. */
SD_EXTERN void __sd_x86_int(unsigned vector);
/* UD2, MFENCE, LFENCE, SFENCE, PAUSE. */
SD_EXTERN void __sd_x86_ud2(void);
SD_EXTERN void __sd_x86_mfence(void);
SD_EXTERN void __sd_x86_lfence(void);
SD_EXTERN void __sd_x86_sfence(void);
SD_EXTERN void __sd_x86_pause(void);
/* 1 if this CPU has the feature (X86_FEATURE_*), as CPUID would say. */
SD_EXTERN unsigned __sd_x86_cpu_has(unsigned feature);
/* Ghost: PCID is used for user mode under page-table isolation: no translation of a supervisor-only page may be
 * cached under it from a root that is not a user root (property supervisor-under-user-tag). */
SD_EXTERN void __sd_x86_user_pcid(unsigned pcid);
/* Ghost: the table at ROOT is the one user mode runs on under page-table isolation. */
SD_EXTERN void __sd_x86_user_root(unsigned long root);
#define int_n(vector) __sd_x86_int(vector)
#define ud2() __sd_x86_ud2()
#define mfence() __sd_x86_mfence()
#define lfence() __sd_x86_lfence()
#define sfence() __sd_x86_sfence()
#define pause() __sd_x86_pause()
#define cpu_has(feature) __sd_x86_cpu_has(feature)
#define sd_user_pcid(pcid) __sd_x86_user_pcid(pcid)
#define sd_user_root(root) __sd_x86_user_root(root)

#define X86_FEATURE_PGE 0u
#define X86_FEATURE_PCID 1u
#define X86_FEATURE_INVPCID 2u
#define X86_FEATURE_PSE 3u
#define X86_FEATURE_NX 4u
#define X86_FEATURE_INVLPGB 5u

/* Control-register and page-table bits (SDM 3, 2.5 and 4.5). */
#define X86_CR0_PE (1ul << 0)
#define X86_CR0_WP (1ul << 16)
#define X86_CR0_PG (1ul << 31)
#define X86_CR4_PSE (1ul << 4)
#define X86_CR4_PAE (1ul << 5)
#define X86_CR4_PGE (1ul << 7)
#define X86_CR4_PCIDE (1ul << 17)
#define X86_CR3_PCID_MASK 0xffful
#ifdef __x86_64__
#define X86_CR3_PCID_NOFLUSH (1ul << 63)
#define _PAGE_NX (1ul << 63)
#else
#define _PAGE_NX 0ul
#endif
#define X86_EFLAGS_IF (1ul << 9)

/* INVLPGB: bits of RAX (which selectors count), of ECX, and the most that ECX[15:0] may hold. */
#define X86_INVLPGB_VA (1ul << 0)
#define X86_INVLPGB_PCID (1ul << 1)
#define X86_INVLPGB_ASID (1ul << 2)
#define X86_INVLPGB_GLOBAL (1ul << 3)
#define X86_INVLPGB_FINAL_ONLY (1ul << 4)
#define X86_INVLPGB_STRIDE_2M (1ul << 31)
#define X86_INVLPGB_COUNT_MAX 7ul

#define _PAGE_PRESENT (1ul << 0)
#define _PAGE_RW (1ul << 1)
#define _PAGE_USER (1ul << 2)
#define _PAGE_PWT (1ul << 3)
#define _PAGE_PCD (1ul << 4)
#define _PAGE_ACCESSED (1ul << 5)
#define _PAGE_DIRTY (1ul << 6)
#define _PAGE_PSE (1ul << 7)
#define _PAGE_GLOBAL (1ul << 8)

/* Page-fault error code (SDM 3, 4.7). */
#define X86_PF_PROT (1ul << 0)
#define X86_PF_WRITE (1ul << 1)
#define X86_PF_USER (1ul << 2)
#define X86_PF_RSVD (1ul << 3)
#define X86_PF_INSTR (1ul << 4)

#define X86_TRAP_DE 0u
#define X86_TRAP_NMI 2u
#define X86_TRAP_UD 6u
#define X86_TRAP_GP 13u
#define X86_TRAP_PF 14u

#endif
