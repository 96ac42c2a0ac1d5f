// What is not modelled is UNSUPPORTED where it is reached, and harmless where it is not.
//
// variant: pae       UNSUPPORTED             --machine i386
// variant: smap      UNSUPPORTED
// variant: fs        UNSUPPORTED
// variant: no-body   UNSUPPORTED
// variant: wbinvd    UNSUPPORTED
// variant: unreached PASS
#include <shootdown/x86.h>

extern void elsewhere(void);
static volatile int zero;

SCENARIO
{
	if (VARIANT(pae))
		mov_to_cr4(X86_CR4_PAE);
	if (VARIANT(smap))
		mov_to_cr4(mov_from_cr4() | 1ul << 21);
	if (VARIANT(fs))
		*(volatile int __attribute__((address_space(257))) *)0 = 1;
	if (VARIANT(no_body) || zero)
		elsewhere();
	if (VARIANT(wbinvd) || zero)
		asm volatile("wbinvd" : : : "memory");
	sd_assert(1);
}
