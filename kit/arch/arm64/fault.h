/* arm64: what an abort's ESR_EL1 says. */
#ifndef KIT_ARCH_ARM64_FAULT_H
#define KIT_ARCH_ARM64_FAULT_H

#define fault_code(error_code, from_user) (error_code)
#define fault_address() read_sysreg(far_el1)
#define fault_is_kernel_address(va, error_code) ((va) >= VMALLOC_START)

static inline int fault_is_user(unsigned long esr)
{
	return ESR_EL1_EC(esr) == ESR_EC_DATA_ABORT_EL0 || ESR_EL1_EC(esr) == ESR_EC_INSTRUCTION_ABORT_EL0;
}

static inline int access_allowed(unsigned long rights, unsigned long esr)
{
	unsigned long ec = ESR_EL1_EC(esr);

	if (!(rights & PTE_VALID))
		return 0;
	if (fault_is_user(esr) && !(rights & PTE_USER))
		return 0;
	if (ec == ESR_EC_INSTRUCTION_ABORT_EL0)
		return !(rights & PTE_UXN);
	if (ec == ESR_EC_INSTRUCTION_ABORT_EL1)
		return !(rights & PTE_PXN);
	return !(esr & ESR_WNR) || !(rights & PTE_RDONLY);
}

static inline void trap_init(void)
{
	sd_set_vector(ARM64_VECTOR_ABORT, do_page_fault);
}

#endif
