// A bit-field of 24 bits in three bytes is stored and loaded in two accesses: the processor has none of three bytes.
//
// machine: x86-64, i386
// variant: store  FAIL assertion
// variant: load   FAIL assertion
// variant: byte   PASS
//
// store: the handler sees one part of the new value. load: the handler changes the field between the two parts that the
// boot context loads. byte: a field of eight bits is one access.
#include <shootdown/x86.h>

#define TIMER 0x20u

struct __attribute__((packed)) field {
	unsigned value : VARIANT(byte) ? 8 : 24;
};

#define ONES (VARIANT(byte) ? 0xffu : 0xffffffu)

static volatile struct field field;

static void tick(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	if (VARIANT(load)) {
		field.value = ONES;
	} else {
		unsigned value = field.value;

		sd_assert(value == 0 || value == ONES);
	}
}

SCENARIO
{
	sd_set_vector(TIMER, tick);
	sd_timer(TIMER);
	sti();
	if (VARIANT(load)) {
		unsigned value = field.value;

		sd_assert(value == 0 || value == ONES);
	} else {
		field.value = ONES;
	}
	cli();
}
