/* The arm64 operations, each named as the instruction or register is in the Arm Architecture Reference Manual for
 * A-profile (Arm ARM). EL1 and EL0, stage 1, 4 KiB granule, 39-bit addresses: three levels of tables from level 1 on.
 * Inline assembly for the same instructions is accepted as well and means the same.
 */
#ifndef SHOOTDOWN_ARM64_H
#define SHOOTDOWN_ARM64_H

#include <shootdown/scenario.h>

/* MRS and MSR of system registers (Arm ARM, C6.2 and D23). A write to TTBRn_EL1 or TCR_EL1 is certain to be in effect only
 * after a context synchronization event (ISB, exception entry, ERET); until then walks use the old or the new value. */
SD_EXTERN unsigned long __sd_arm64_mrs_ttbr0_el1(void);
SD_EXTERN void __sd_arm64_msr_ttbr0_el1(unsigned long value);
SD_EXTERN unsigned long __sd_arm64_mrs_ttbr1_el1(void);
SD_EXTERN void __sd_arm64_msr_ttbr1_el1(unsigned long value);
SD_EXTERN unsigned long __sd_arm64_mrs_tcr_el1(void);
SD_EXTERN void __sd_arm64_msr_tcr_el1(unsigned long value);
SD_EXTERN unsigned long __sd_arm64_mrs_sctlr_el1(void);
SD_EXTERN void __sd_arm64_msr_sctlr_el1(unsigned long value);
SD_EXTERN unsigned long __sd_arm64_mrs_far_el1(void);
SD_EXTERN unsigned long __sd_arm64_mrs_id_aa64mmfr0_el1(void);
/* TPIDR_EL1 as kernels use it: what to add to a per-CPU variable's address on this CPU. */
SD_EXTERN unsigned long __sd_arm64_mrs_tpidr_el1(void);
#define read_sysreg(reg) __sd_arm64_mrs_##reg()
#define write_sysreg(value, reg) __sd_arm64_msr_##reg((unsigned long)(value))

/* TLBI (Arm ARM, D8.17). TYPE: ARM64_TLBI_*; OPERAND as Xt holds it: ASID in [63:48], a level hint (TTL) in [47:44], address[55:12]
 * in [43:0]; of the range forms TG [47:46], SCALE [45:44], NUM [43:39], TTL [38:37] and BaseADDR [36:0]. Each CPU that it is for performs it at a time of its own;
 * only a later DSB of the CPU that executed it waits for that. */
SD_EXTERN void __sd_arm64_tlbi(unsigned type, unsigned long operand);
#define tlbi(type, operand) __sd_arm64_tlbi(ARM64_TLBI_##type, (unsigned long)(operand))
#define ARM64_TLBI_VMALLE1 0x00u
#define ARM64_TLBI_VAE1 0x01u
#define ARM64_TLBI_ASIDE1 0x02u
#define ARM64_TLBI_VAAE1 0x03u
#define ARM64_TLBI_VALE1 0x05u
#define ARM64_TLBI_VAALE1 0x07u
#define ARM64_TLBI_VMALLE1IS 0x10u
#define ARM64_TLBI_VAE1IS 0x11u
#define ARM64_TLBI_ASIDE1IS 0x12u
#define ARM64_TLBI_VAAE1IS 0x13u
#define ARM64_TLBI_VALE1IS 0x15u
#define ARM64_TLBI_VAALE1IS 0x17u
/* Range forms (FEAT_TLBIRANGE). */
#define ARM64_TLBI_RVAE1 0x21u
#define ARM64_TLBI_RVAAE1 0x23u
#define ARM64_TLBI_RVALE1 0x25u
#define ARM64_TLBI_RVAALE1 0x27u
#define ARM64_TLBI_RVAE1IS 0x31u
#define ARM64_TLBI_RVAAE1IS 0x33u
#define ARM64_TLBI_RVALE1IS 0x35u
#define ARM64_TLBI_RVAALE1IS 0x37u

/* DSB and DMB (Arm ARM, C6.2), OPTION in lower case as assemblers have it: dsb(ish), dmb(ishst). The number is CRm. */
SD_EXTERN void __sd_arm64_dsb(unsigned option);
SD_EXTERN void __sd_arm64_dmb(unsigned option);
#define dsb(option) __sd_arm64_dsb(ARM64_BARRIER_##option)
#define dmb(option) __sd_arm64_dmb(ARM64_BARRIER_##option)
#define ARM64_BARRIER_oshld 1u
#define ARM64_BARRIER_oshst 2u
#define ARM64_BARRIER_osh 3u
#define ARM64_BARRIER_nshld 5u
#define ARM64_BARRIER_nshst 6u
#define ARM64_BARRIER_nsh 7u
#define ARM64_BARRIER_ishld 9u
#define ARM64_BARRIER_ishst 10u
#define ARM64_BARRIER_ish 11u
#define ARM64_BARRIER_ld 13u
#define ARM64_BARRIER_st 14u
#define ARM64_BARRIER_sy 15u

/* ISB; ERET as what it is for translations: a context synchronization event. A user access is at EL0, so it comes behind an
 * ERET without saying so, if its CPU was at EL1. */
SD_EXTERN void __sd_arm64_isb(void);
SD_EXTERN void __sd_arm64_eret(void);
#define isb() __sd_arm64_isb()
#define eret() __sd_arm64_eret()

/* Interrupts: DAIF, of which only I is modelled, and WFI, which a pending interrupt ends even where I masks it. */
SD_EXTERN unsigned long __sd_arm64_mrs_daif(void);
SD_EXTERN void __sd_arm64_msr_daif(unsigned long value);
SD_EXTERN void __sd_arm64_msr_daifset(unsigned bits);
SD_EXTERN void __sd_arm64_msr_daifclr(unsigned bits);
SD_EXTERN void __sd_arm64_wfi(void);
SD_EXTERN void __sd_arm64_yield(void);
#define wfi() __sd_arm64_wfi()
#define cpu_relax() __sd_arm64_yield()
#define ARM64_DAIF_I (1ul << 7) /* in DAIF; bit 1 of the operand of MSR DAIFSet and DAIFClr */
#define ARM64_DAIFSET_I 2u

/* 1 if this CPU has the feature, as the ID registers would say. */
SD_EXTERN unsigned __sd_arm64_cpu_has(unsigned feature);
#define cpu_has(feature) __sd_arm64_cpu_has(feature)
#define ARM64_HAS_TLBIRANGE 0u
#define ARM64_HAS_ETS2 1u
#define ARM64_HAS_HAF 2u /* hardware can set the access flag (TCR_EL1.HA) */
#define ARM64_HAS_HAFDBS 3u /* and the dirty state (TCR_EL1.HD) */
#define ARM64_HAS_TTL 4u    /* level hints of TLBI by address */

/* Register fields (Arm ARM, D23.2). */
#define SCTLR_EL1_M (1ul << 0)
#define TCR_EL1_A1 (1ul << 22) /* the ASID is TTBR1_EL1's */
#define TCR_EL1_AS (1ul << 36) /* 16-bit ASIDs; reads as written, the width is the machine's */
#define TCR_EL1_HA (1ul << 39)
#define TCR_EL1_HD (1ul << 40)
#define TTBR_ASID_SHIFT 48
#define TTBR_ASID(asid) ((unsigned long)(asid) << TTBR_ASID_SHIFT)
#define TTBR_BADDR_MASK 0x0000fffffffffffeul
/* ID_AA64MMFR0_EL1.ASIDBits: 0 for 8 bits, 2 for 16. A machine with fewer bits (features asid1 .. asid4) says 0. */
#define ID_AA64MMFR0_EL1_ASIDBITS_SHIFT 4

/* Translation table descriptors, 4 KiB granule (Arm ARM, D8.3). */
#define PTE_VALID (1ul << 0)
#define PTE_TYPE_TABLE (1ul << 1) /* levels 1 and 2: a table; level 3: must be set */
#define PTE_ATTRINDX(n) ((unsigned long)(n) << 2)
#define PTE_USER (1ul << 6) /* AP[1] */
#define PTE_RDONLY (1ul << 7) /* AP[2] */
#define PTE_SHARED (3ul << 8)
#define PTE_AF (1ul << 10)
#define PTE_NG (1ul << 11)
#define PTE_DBM (1ul << 51)
#define PTE_CONT (1ul << 52)
#define PTE_PXN (1ul << 53)
#define PTE_UXN (1ul << 54)
#define PTE_ADDRESS_MASK 0x0000fffffffff000ul

/* Exceptions. A data or instruction abort enters vector ARM64_VECTOR_ABORT with ESR_EL1 as its error code. */
#define ARM64_VECTOR_ABORT 4u
#define ARM64_VECTOR_UNDEFINED 5u
#define ESR_EL1_EC(esr) ((esr) >> 26 & 0x3f)
#define ESR_EC_INSTRUCTION_ABORT_EL0 0x20ul
#define ESR_EC_INSTRUCTION_ABORT_EL1 0x21ul
#define ESR_EC_DATA_ABORT_EL0 0x24ul
#define ESR_EC_DATA_ABORT_EL1 0x25ul
#define ESR_WNR (1ul << 6)
#define ESR_FSC(esr) ((esr) & 0x3f)
#define ESR_FSC_TRANSLATION 0x04ul /* + level, 0 .. 3 */
#define ESR_FSC_ACCESS_FLAG 0x08ul
#define ESR_FSC_PERMISSION 0x0cul

#endif
