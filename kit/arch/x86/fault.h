/* x86: what a page fault's error code says. */
#ifndef KIT_ARCH_X86_FAULT_H
#define KIT_ARCH_X86_FAULT_H

#define fault_code(error_code, from_user) (error_code)
#define fault_address() mov_from_cr2()
#define fault_is_user(error_code) (((error_code) & X86_PF_USER) != 0)
#define fault_is_kernel_address(va, error_code) ((va) >= VMALLOC_START)

static inline int access_allowed(unsigned long rights, unsigned long error_code)
{
	unsigned long need = _PAGE_PRESENT;

	if (error_code & X86_PF_WRITE)
		need |= _PAGE_RW;
	if (error_code & X86_PF_USER)
		need |= _PAGE_USER;
	if ((error_code & X86_PF_INSTR) && (rights & _PAGE_NX))
		return 0;
	return (rights & need) == need;
}

static inline void trap_init(void)
{
	sd_set_vector(X86_TRAP_PF, do_page_fault);
}

#endif
