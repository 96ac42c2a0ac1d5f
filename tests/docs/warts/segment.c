// A per-CPU variable as "m" operand of an asm statement: the access is taken to be relative to %gs, as the type says and
// as gcc writes it. clang 19 writes the operand without the segment.
//
// variant: operand PASS
// variant: prefix  PASS
#include <kit/percpu.h>

DEFINE_PER_CPU(unsigned long, variable);

SCENARIO
{
	unsigned long value;

	variable = 5;
	if (VARIANT(operand))
		asm volatile("movq %1, %0" : "=r"(value) : "m"(variable));
	else
		asm volatile("movq %%gs:%P1, %0" : "=r"(value) : "i"((unsigned long)&variable) : "memory");
	sd_assert(value == 5);
}
