/* s390x: dynamic address translation on. */
#ifndef KIT_ARCH_S390_BOOT_H
#define KIT_ARCH_S390_BOOT_H

static inline void paging_secondary(void)
{
	lctlg(1, mm_asce(&init_mm));
	lctlg(13, mm_asce(&init_mm));
	stosm(S390_MASK_DAT);
}

static inline void paging_init(void)
{
	paging_secondary();
}

#endif
