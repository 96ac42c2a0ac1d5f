/* s390x: what a program interruption's code says. A store is known only where it was refused for protection. */
#ifndef KIT_ARCH_S390_FAULT_H
#define KIT_ARCH_S390_FAULT_H

/* The kit's own bit of an error code: user mode made the access. */
#define KIT_FAULT_USER 0x10000ul

static inline unsigned long fault_code(unsigned long code, unsigned long from_user)
{
	BUG_ON(code != S390_PGM_PROTECTION && code != S390_PGM_SEGMENT_TRANSLATION && code != S390_PGM_PAGE_TRANSLATION &&
	       code != S390_PGM_ASCE_TYPE);
	return code | (from_user ? KIT_FAULT_USER : 0);
}

#define fault_address() (__sd_s390_teid() & PAGE_MASK)
#define fault_is_user(error_code) (((error_code) & KIT_FAULT_USER) != 0)
/* Which table it is about is no matter of the address. */
#define fault_is_kernel_address(va, error_code) (!fault_is_user(error_code))

static inline int access_allowed(unsigned long rights, unsigned long error_code)
{
	if (!pte_present(rights))
		return 0;
	return (error_code & ~KIT_FAULT_USER) != S390_PGM_PROTECTION || !(rights & _PAGE_PROTECT);
}

static inline void trap_init(void)
{
	sd_set_vector(S390_VECTOR_PGM, do_page_fault);
}

#endif
