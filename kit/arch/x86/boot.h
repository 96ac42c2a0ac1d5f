/* x86: paging on. */
#ifndef KIT_ARCH_X86_BOOT_H
#define KIT_ARCH_X86_BOOT_H

static inline void enable_paging(unsigned long cr4)
{
	mov_to_cr3(__pa(init_mm.pgd));
	mov_to_cr4(cr4);
	mov_to_cr0(mov_from_cr0() | X86_CR0_PG | X86_CR0_WP | X86_CR0_PE);
}

static inline void paging_init(void)
{
#ifdef __x86_64__
	mmu_cr4_features = X86_CR4_PAE;
#endif
	if (cpu_has(X86_FEATURE_PGE))
		mmu_cr4_features |= X86_CR4_PGE;
	enable_paging(mmu_cr4_features);
}

static inline void paging_secondary(void)
{
	enable_paging(cpu_has(X86_FEATURE_PGE) ? mmu_cr4_features : mmu_cr4_features & ~X86_CR4_PGE);
}

#endif
