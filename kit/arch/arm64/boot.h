/* arm64: stage 1 translation on. */
#ifndef KIT_ARCH_ARM64_BOOT_H
#define KIT_ARCH_ARM64_BOOT_H

/* 39-bit addresses in both halves, 4 KiB granule in both (whose number is not the same in TG0 and TG1), the ASID in
 * TTBR0. */
#define KIT_TCR (25ul | 25ul << 16 | 2ul << 30 | TCR_EL1_AS)

static inline void paging_secondary(void)
{
	write_sysreg(KIT_TCR, tcr_el1);
	write_sysreg(__pa(reserved_pg_dir), ttbr0_el1);
	write_sysreg(__pa(init_mm.pgd), ttbr1_el1);
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

static inline void paging_init(void)
{
	reserved_pg_dir = pte_alloc_one();
	sd_name_root(__pa(reserved_pg_dir), "reserved_pg_dir");
	dsb(ishst);
	paging_secondary();
}

#endif
