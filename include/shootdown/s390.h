/* The s390 operations, each named as the instruction is in the z/Architecture Principles of Operation (PoP). 64-bit mode.
 * User accesses go through the primary ASCE (CR1), kernel accesses through the home ASCE (CR13).
 * Inline assembly for the same instructions is accepted as well and means the same.
 */
#ifndef SHOOTDOWN_S390_H
#define SHOOTDOWN_S390_H

#include <shootdown/scenario.h>

/* LCTLG and STCTG of one control register: 1 (primary ASCE), 7 (secondary), 13 (home). Loading one removes nothing from the
 * TLB, and translations may be made with an ASCE at any time while it is loaded. An ASCE of 0 stands for none. */
SD_EXTERN void __sd_s390_lctlg(unsigned number, unsigned long value);
SD_EXTERN unsigned long __sd_s390_stctg(unsigned number);
#define lctlg(number, value) __sd_s390_lctlg((number), (unsigned long)(value))
#define stctg(number) __sd_s390_stctg(number)

/* PTLB: this CPU's TLB. */
SD_EXTERN void __sd_s390_ptlb(void);
#define ptlb() __sd_s390_ptlb()
/* IPTE: the entry for VA in the page table at PTO becomes invalid, and all CPUs forget what was made from it; with
 * S390_LOCAL_CLEARING this CPU alone. One indivisible step. */
SD_EXTERN void __sd_s390_ipte(unsigned long pto, unsigned long va, unsigned long options);
#define ipte(pto, va) __sd_s390_ipte((unsigned long)(pto), (unsigned long)(va), 0)
#define ipte_local(pto, va) __sd_s390_ipte((unsigned long)(pto), (unsigned long)(va), S390_LOCAL_CLEARING)
/* IDTE. R1: origin of a region or segment table, with its designation type in S390_ASCE_TYPE's place; R2: the address whose
 * entry there becomes invalid, and everything made from it or below is forgotten; or S390_IDTE_ASCE: by ASCE, and R1 does
 * not count. R3: the ASCE whose translations go (S390_IDTE_ASCE), or 0. OPTIONS: 0 or S390_LOCAL_CLEARING. */
SD_EXTERN void __sd_s390_idte(unsigned long r1, unsigned long r3, unsigned long r2, unsigned long options);
#define idte(table, va) __sd_s390_idte((unsigned long)(table), 0, (unsigned long)(va), 0)
#define idte_asce(asce) __sd_s390_idte(0, (unsigned long)(asce), S390_IDTE_ASCE, 0)
#define idte_asce_local(asce) __sd_s390_idte(0, (unsigned long)(asce), S390_IDTE_ASCE, S390_LOCAL_CLEARING)
/* CSP, CSPG: if the word of BYTES (4, 8) at ADDRESS is OLD it becomes NEW, and then all CPUs' TLBs are purged. Returns 1 if
 * it was. */
SD_EXTERN unsigned long __sd_s390_csp(unsigned long address, unsigned long old, unsigned long value, unsigned bytes);
#define csp(address, old, value) __sd_s390_csp((unsigned long)(address), (old), (value), 4u)
#define cspg(address, old, value) __sd_s390_csp((unsigned long)(address), (old), (value), 8u)
/* CRDTE: if the table entry for VA in TABLE (origin, with one of S390_CRDTE_PAGE .. REGION1: what table it is) is OLD it
 * becomes NEW, and all CPUs forget what was made from it or below. Returns 1 if it was. ASCE: 0, or the only one whose
 * translations need to go. */
SD_EXTERN unsigned long __sd_s390_crdte(unsigned long old, unsigned long value, unsigned long table, unsigned long va,
					unsigned long asce);
#define crdte(old, value, table, va, asce) \
	__sd_s390_crdte((old), (value), (unsigned long)(table), (unsigned long)(va), (unsigned long)(asce))

/* STNSM, STOSM: the old system mask, which is then ANDed or ORed with MASK. SSM sets it. Bits: DAT 0x04; I/O 0x02 and
 * external 0x01, which are on or off together here. S390_WAIT: LPSWE of a wait state with interrupts on; goes on behind it
 * after the interrupt, as kernels arrange it. */
SD_EXTERN unsigned long __sd_s390_stnsm(unsigned mask);
SD_EXTERN unsigned long __sd_s390_stosm(unsigned mask);
SD_EXTERN void __sd_s390_ssm(unsigned long mask);
SD_EXTERN void __sd_s390_wait(void);
#define stnsm(mask) __sd_s390_stnsm(mask)
#define stosm(mask) __sd_s390_stosm(mask)
#define ssm(mask) __sd_s390_ssm(mask)
#define s390_wait() __sd_s390_wait()
#define S390_MASK_DAT 0x04u
#define S390_MASK_INTERRUPTS 0x03u

/* BCR 15,0 or 14,0: serialization. */
SD_EXTERN void __sd_s390_bcr_serialize(void);
#define bcr_serialize() __sd_s390_bcr_serialize()
/* The translation-exception identification of this CPU's last translation exception: the page's address. */
SD_EXTERN unsigned long __sd_s390_teid(void);
/* 1 if this CPU has the facility, as STFLE would say. */
SD_EXTERN unsigned __sd_s390_cpu_has(unsigned facility);
#define cpu_has(facility) __sd_s390_cpu_has(facility)
#define S390_HAS_IDTE 0u
#define S390_HAS_LOCAL_CLEARING 1u
#define S390_HAS_CRDTE 2u

#define S390_LOCAL_CLEARING 1ul
#define S390_IDTE_ASCE 0x800ul
#define S390_CRDTE_PAGE 0x00ul
#define S390_CRDTE_SEGMENT 0x10ul
#define S390_CRDTE_REGION3 0x14ul
#define S390_CRDTE_REGION2 0x18ul
#define S390_CRDTE_REGION1 0x1cul

/* ASCEs and table entries (PoP, chapter 3). Tables of regions and segments have 2048 entries, or the first 512, 1024, 1536
 * with TL = 0, 1, 2; page tables have 256. */
#define S390_ASCE_ORIGIN 0xfffffffffffff000ul
#define S390_ASCE_TYPE_REGION1 0x0cul
#define S390_ASCE_TYPE_REGION2 0x08ul
#define S390_ASCE_TYPE_REGION3 0x04ul
#define S390_ASCE_TYPE_SEGMENT 0x00ul
#define S390_ASCE_TL(n) ((unsigned long)(n))
#define _REGION_ENTRY_ORIGIN 0xfffffffffffff000ul
#define _REGION_ENTRY_INVALID 0x20ul
#define _SEGMENT_ENTRY_ORIGIN 0xfffffffffffff800ul
#define _SEGMENT_ENTRY_PROTECT 0x200ul
#define _SEGMENT_ENTRY_INVALID 0x20ul
#define _PAGE_INVALID 0x400ul
#define _PAGE_PROTECT 0x200ul

/* Program interruptions enter vector S390_VECTOR_PGM with the interruption code as their error code. */
#define S390_VECTOR_PGM 4u
#define S390_PGM_OPERATION 0x01ul
#define S390_PGM_PROTECTION 0x04ul
#define S390_PGM_SPECIFICATION 0x06ul
#define S390_PGM_SEGMENT_TRANSLATION 0x10ul
#define S390_PGM_PAGE_TRANSLATION 0x11ul
#define S390_PGM_TRANSLATION_SPECIFICATION 0x12ul
#define S390_PGM_ASCE_TYPE 0x38ul
#define S390_PGM_REGION_FIRST 0x39ul
#define S390_PGM_REGION_SECOND 0x3aul
#define S390_PGM_REGION_THIRD 0x3bul

#endif
