// MOV to CR0: paging on and off, and write protection of the kernel.
//
// machine: x86-64, i386
// variant: no-pe     FAIL architectural-fault #GP
// variant: pg-off    FAIL architectural-fault #GP  --machine x86-64
// variant: pg-off    PASS                          --machine i386
// variant: wp        FAIL architectural-fault #PF
// variant: no-wp     PASS
//
// no-pe: PG without PE. pg-off: 64-bit mode cannot do without paging; i386 can, and clearing PG drops everything, the
//   global translation of frame 1 too.
// wp: a kernel store to a read-only page faults. no-wp: with CR0.WP clear it does not.
#include "tables.h"

SCENARIO
{
	pte_t *root = new_table();
	pte_t *pte = map(root, VA, frame(1), KERNEL_PAGE | _PAGE_GLOBAL);

	if (VARIANT(no_pe)) {
		mov_to_cr3((unsigned long)root);
		mov_to_cr0(X86_CR0_PG);
	}
	if (VARIANT(wp) || VARIANT(no_wp))
		*pte &= ~_PAGE_RW;
	set_cr4(X86_CR4_PGE);
	paging_on(root);
	if (VARIANT(pg_off)) {
		*pte = frame(2) | KERNEL_PAGE | _PAGE_GLOBAL;
		mov_to_cr0(X86_CR0_PE);
		mov_to_cr0(X86_CR0_PE | X86_CR0_PG);
		sd_assert(kernel_load(VA) == 2);
		return;
	}
	if (VARIANT(no_wp))
		mov_to_cr0(X86_CR0_PE | X86_CR0_PG);
	kernel_store(VA, 3);
	sd_assert(frames[1][0] == 3);
}
