/* Coprocessor registers that are not modelled are refused, an instruction under a condition counts only where it holds, and
 * an operation on the caches is none on the TLB.
 *
 * machine: armv5
 * variant: domains        UNSUPPORTED
 * variant: domains-read   UNSUPPORTED
 * variant: lockdown       UNSUPPORTED
 * variant: fcse           UNSUPPORTED
 * variant: base-1         UNSUPPORTED
 * variant: tlb-2          UNSUPPORTED
 * variant: fault-status   UNSUPPORTED
 * variant: flags          UNSUPPORTED
 * variant: instruction    PASS
 * variant: data           PASS
 * variant: holds          PASS
 * variant: does-not-hold  FAIL assertion
 * variant: caches         FAIL assertion
 *
 * instruction, data: the TLB is one for both, and the operations named after either remove from it (DDI 0198, 2.3.10).
 * caches: MCR c7, c7, 0.
 */
#include "tables.h"

SCENARIO
{
	desc_t *root = new_root(), *pte = map(root, VA, frame(1), USER_PAGE);
	unsigned long zero = 0, read;

	translation_on(root);
	set_desc(pte, frame(2) | USER_PAGE);
	if (VARIANT(domains))
		asm volatile("mcr p15, 0, %0, c3, c0, 0" : : "r"(zero) : "memory");
	if (VARIANT(domains_read))
		asm volatile("mrc p15, 0, %0, c3, c0, 0" : "=r"(read));
	if (VARIANT(lockdown))
		asm volatile("mcr p15, 0, %0, c10, c0, 0" : : "r"(1) : "memory");
	if (VARIANT(fcse))
		asm volatile("mcr p15, 0, %0, c13, c0, 0" : : "r"(zero) : "memory");
	if (VARIANT(base_1))
		asm volatile("mcr p15, 0, %0, c2, c0, 1" : : "r"(zero) : "memory");
	if (VARIANT(tlb_2))
		asm volatile("mcr p15, 0, %0, c8, c7, 2" : : "r"(VA) : "memory");
	if (VARIANT(fault_status))
		asm volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(read));
	if (VARIANT(flags))
		asm volatile("msr cpsr_f, %0" : : "r"(zero) : "memory", "cc");
	if (VARIANT(instruction))
		asm volatile("mcr p15, 0, %0, c8, c5, 0" : : "r"(zero) : "memory");
	if (VARIANT(data))
		asm volatile("mcr p15, 0, %0, c8, c6, 1" : : "r"(VA) : "memory");
	if (VARIANT(holds))
		asm volatile("cmp %0, #0\n\tmcreq p15, 0, %0, c8, c7, 0" : : "r"(zero) : "memory", "cc");
	if (VARIANT(does_not_hold))
		asm volatile("cmp %0, #1\n\tmcreq p15, 0, %0, c8, c7, 0" : : "r"(zero) : "memory", "cc");
	if (VARIANT(caches))
		asm volatile("mcr p15, 0, %0, c7, c7, 0" : : "r"(zero) : "memory");
	sd_assert(user_load(VA) == 2);
}
