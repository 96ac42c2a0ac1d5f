/* ARMv5: the MMU on. */
#ifndef KIT_ARCH_ARM_BOOT_H
#define KIT_ARCH_ARM_BOOT_H

static inline void paging_init(void)
{
	mcr_ttbr(__pa(init_mm.pgd));
	mcr_tlb_invalidate_all();
	mcr_control(mrc_control() | ARM_CONTROL_M);
}

#endif
