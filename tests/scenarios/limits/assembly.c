// Inline assembly that is not understood is UNSUPPORTED, not skipped and not guessed at.
//
// variant: section   UNSUPPORTED
// variant: open      UNSUPPORTED
// variant: modifier  UNSUPPORTED
// variant: flags     UNSUPPORTED
// variant: table     PASS
//
// section: .text ends the other section, and INC is code. open: the statement does not come back. modifier: %n prints the
// negated number. flags: POPF sets the flags that SETZ reads. table: a table that ends as it began is skipped.
#include <shootdown/x86.h>

SCENARIO
{
	long number = 10;

	if (VARIANT(section))
		asm volatile(".section .discard.x,\"a\"\n\t.long 0\n\t.text\n\tincq %0" : "+m"(number));
	if (VARIANT(open))
		asm volatile(".pushsection .discard.x,\"a\"\n\tincq %0" : "+m"(number));
	if (VARIANT(modifier))
		asm volatile("leaq %n1(%0), %0" : "+r"(number) : "i"(3));
	if (VARIANT(flags)) {
		unsigned char zero = 0;

		asm volatile("cmp %1, %1; pushf; cmp $5, %1; popf; setz %0" : "+q"(zero) : "r"(number));
	}
	if (VARIANT(table))
		asm volatile(".pushsection .discard.x,\"a\"\n\t.long 0\n\t.popsection\n\tincq %0" : "+m"(number));
	sd_assert(number == 11);
}
