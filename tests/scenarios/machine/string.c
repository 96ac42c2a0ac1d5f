// REP MOVS and REP STOS go element by element, and an interrupt may come between any two (SDM 2, REP).
//
// machine: x86-64, i386
// variant: movsb    FAIL assertion
// variant: movsl    FAIL assertion
// variant: stosb    FAIL assertion
// variant: whole    PASS
// variant: overlap  PASS
//
// The handler looks at the destination, which changes from zeros to ones. movsb, stosb: it sees half a word of bytes.
// movsl: it sees one of two elements. whole: one element, which is there or not. overlap: a copy onto the next byte
// repeats the first one.
#include <shootdown/x86.h>

#define TIMER 0x20u

static union {
	unsigned char bytes[8];
	unsigned words[2];
} to, from = { { 1, 1, 1, 1, 1, 1, 1, 1 } };

static void tick(unsigned long error_code, unsigned long from_user)
{
	unsigned first = __atomic_load_n(&to.words[0], __ATOMIC_RELAXED);

	(void)error_code;
	(void)from_user;
	if (VARIANT(movsl))
		sd_assert(__atomic_load_n(&to.words[1], __ATOMIC_RELAXED) == first);
	else
		sd_assert(first == 0 || first == 0x01010101u);
}

static void copy_bytes(void *destination, const void *source, unsigned long count)
{
	asm volatile("rep movsb" : "+D"(destination), "+S"(source), "+c"(count) : : "memory");
}

static void copy_words(void *destination, const void *source, unsigned long count)
{
	asm volatile("rep movsl" : "+D"(destination), "+S"(source), "+c"(count) : : "memory");
}

SCENARIO
{
	if (VARIANT(overlap)) {
		unsigned char text[4] = { 1, 2, 3, 4 };

		copy_bytes(text + 1, text, 3);
		sd_assert(text[1] == 1 && text[2] == 1 && text[3] == 1);
		return;
	}
	sd_set_vector(TIMER, tick);
	sd_timer(TIMER);
	sti();
	if (VARIANT(movsb))
		copy_bytes(&to, &from, 4);
	if (VARIANT(movsl))
		copy_words(&to, &from, 2);
	if (VARIANT(whole))
		copy_words(&to, &from, 1);
	if (VARIANT(stosb)) {
		void *at = &to;
		unsigned long count = 4;

		asm volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(1) : "memory");
	}
	cli();
}
