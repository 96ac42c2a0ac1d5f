/* ARMv5: what a fault status register says. */
#ifndef KIT_ARCH_ARM_FAULT_H
#define KIT_ARCH_ARM_FAULT_H

/* The kit's own bit of an error code: user mode made the access. */
#define KIT_FAULT_USER 0x10000ul

#define fault_code(error_code, from_user) ((error_code) | ((from_user) ? KIT_FAULT_USER : 0))
#define fault_address() mrc_far()
#define fault_is_user(error_code) (((error_code) & KIT_FAULT_USER) != 0)
#define fault_is_kernel_address(va, error_code) ((va) >= VMALLOC_START)

static inline int access_allowed(unsigned long rights, unsigned long error_code)
{
	unsigned long ap = rights >> 4 & 3; /* of the first quarter; all four are equal */

	if (!pte_present(rights))
		return 0;
	if (fault_is_user(error_code))
		return ap >= (error_code & ARM_FSR_WRITE ? ARM_AP_USER_WRITE : ARM_AP_USER_READ);
	return ap >= ARM_AP_KERNEL;
}

static inline void trap_init(void)
{
	sd_set_vector(ARM_VECTOR_PREFETCH_ABORT, do_page_fault);
	sd_set_vector(ARM_VECTOR_DATA_ABORT, do_page_fault);
}

#endif
