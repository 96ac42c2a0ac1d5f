/* The operations of ARM processors before version 6 (ARM926EJ-S: ARMv5TE), each named as its CP15 register is in the Technical
 * Reference Manual (ARM DDI 0198). One CPU, one translation table base, no ASIDs. The virtually tagged data cache is not
 * modelled.
 * Inline assembly for the same instructions is accepted as well and means the same.
 */
#ifndef SHOOTDOWN_ARM_H
#define SHOOTDOWN_ARM_H

#include <shootdown/scenario.h>

/* CP15 c2, translation table base (16 KiB aligned): writing it removes nothing from the TLB. */
SD_EXTERN unsigned long __sd_arm_mrc_ttbr(void);
SD_EXTERN void __sd_arm_mcr_ttbr(unsigned long value);
/* CP15 c1, control register: M (bit 0) turns the MMU on. */
SD_EXTERN unsigned long __sd_arm_mrc_control(void);
SD_EXTERN void __sd_arm_mcr_control(unsigned long value);
/* CP15 c6, fault address. */
SD_EXTERN unsigned long __sd_arm_mrc_far(void);
#define mrc_ttbr() __sd_arm_mrc_ttbr()
#define mcr_ttbr(value) __sd_arm_mcr_ttbr((unsigned long)(value))
#define mrc_control() __sd_arm_mrc_control()
#define mcr_control(value) __sd_arm_mcr_control(value)
#define mrc_far() __sd_arm_mrc_far()

/* CP15 c8: invalidate the whole TLB, or the entry for a modified virtual address. */
SD_EXTERN void __sd_arm_mcr_tlb_invalidate_all(void);
SD_EXTERN void __sd_arm_mcr_tlb_invalidate_mva(unsigned long mva);
#define mcr_tlb_invalidate_all() __sd_arm_mcr_tlb_invalidate_all()
#define mcr_tlb_invalidate_mva(mva) __sd_arm_mcr_tlb_invalidate_mva((unsigned long)(mva))

/* CP15 c7, caches and write buffer: OPERATION is CRm << 4 | opcode_2 (0x70 invalidates both caches, 0xe1 cleans a line of the
 * data cache, 0xa4 drains the write buffer). A boundary at which an interrupt may come, and nothing else. */
SD_EXTERN void __sd_arm_mcr_cache(unsigned operation, unsigned long value);
#define mcr_cache(operation, value) __sd_arm_mcr_cache((operation), (unsigned long)(value))

/* MRS of CPSR and MSR of its control field, of which only I (bit 7) is modelled; CP15 c7, c0, 4: wait for interrupt, which a
 * pending one ends even where I masks it. */
SD_EXTERN unsigned long __sd_arm_mrs_cpsr(void);
SD_EXTERN void __sd_arm_msr_cpsr_c(unsigned long value);
SD_EXTERN void __sd_arm_mcr_wait_for_interrupt(void);
#define mrs_cpsr() __sd_arm_mrs_cpsr()
#define msr_cpsr_c(value) __sd_arm_msr_cpsr_c(value)
#define wait_for_interrupt() __sd_arm_mcr_wait_for_interrupt()
#define ARM_CPSR_I (1ul << 7)
#define ARM_CONTROL_M (1ul << 0)

/* Descriptors (DDI 0198, chapter 3): coarse tables and sections on the first level, small pages on the second. The four AP
 * fields of a small page must be equal here. */
#define ARM_L1_COARSE 0x1ul
#define ARM_L1_SECTION 0x2ul
#define ARM_L1_DOMAIN(n) ((unsigned long)(n) << 5)
#define ARM_L2_SMALL 0x2ul
#define ARM_AP_KERNEL 1ul /* privileged read and write, user nothing */
#define ARM_AP_USER_READ 2ul
#define ARM_AP_USER_WRITE 3ul
#define ARM_L1_AP(ap) ((unsigned long)(ap) << 10)
#define ARM_L2_AP(ap) ((unsigned long)(ap) * 0x550ul) /* in all four fields */
#define ARM_COARSE_BASE 0xfffffc00ul
#define ARM_SMALL_BASE 0xfffff000ul

/* Exceptions. The error code is the fault status register (FSR[3:0]), with bit 11 set for a write, which this processor does
 * not report and kernels find out by decoding the instruction. */
#define ARM_VECTOR_PREFETCH_ABORT 3u
#define ARM_VECTOR_DATA_ABORT 4u
#define ARM_FSR_STATUS(fsr) ((fsr) & 0xf)
#define ARM_FSR_SECTION_TRANSLATION 0x5ul
#define ARM_FSR_PAGE_TRANSLATION 0x7ul
#define ARM_FSR_SECTION_PERMISSION 0xdul
#define ARM_FSR_PAGE_PERMISSION 0xful
#define ARM_FSR_WRITE (1ul << 11)

#endif
