/* The driver of forms.inc: every form with many operands, the results of one folded into one number. */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

typedef unsigned long word;

#ifdef __x86_64__
#define SIZE_TEXT "8"
#define REG_DX "rdx"
#else
#define SIZE_TEXT "4"
#define REG_DX "edx"
#endif
#ifdef JUMPS
#define START "jmp 77f; 77: "
#else
#define START ""
#endif

static const word low_b = 0xff, low_w = 0xffff, low_l = 0xffffffff;
#ifdef __x86_64__
static const word low_q = ~0ul;
#endif

/* Operands: half of them at the edges of the widths. */
static unsigned long long random_state;
static word random_word(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	const unsigned long long value = random_state * 0x2545f4914f6cdd1dull;
	const unsigned choice = (unsigned)(value >> 59);
	const unsigned bit = (unsigned)(value >> 53) & 63;
	if (choice < 4)
		return (word)((long long)(value << 32 >> 56) - 128);
	if (choice < 12)
		return (word)((1ull << bit) - 1 + (value & 3));
	if (choice < 16)
		return (word)(~0ull << bit);
	return (word)(value >> (choice & 1 ? bit : 0));
}

/* Without padding: every word of it is folded. */
struct operands {
	word a, b, c, f;
	word words[8];
} __attribute__((aligned(16)));

static struct operands tuples[TUPLES];

static __attribute__((noinline)) void make_tuples(void)
{
	random_state = SEED * 0x9e3779b97f4a7c15ull | 1;
	for (unsigned n = 0; n < TUPLES; n++) {
		tuples[n].a = random_word();
		tuples[n].b = random_word();
		tuples[n].c = random_word();
		for (unsigned i = 0; i < 8; i++)
			tuples[n].words[i] = random_word();
	}
}

/* The multiplier is odd and has no small inverse: no result is lost, and every bit of one moves many. */
static void (*volatile chosen)(struct operands *); /* volatile: nobody makes a copy of the loop for each form */
static __attribute__((noinline)) unsigned results(void)
{
	unsigned long long hash = 0;
	for (unsigned n = 0; n < TUPLES; n++) {
		struct operands operands = tuples[n];
		chosen(&operands);
		const word *words = (const word *)&operands;
		for (unsigned i = 0; i < sizeof operands / sizeof(word); i++)
			hash = (hash + words[i]) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 32;
	}
	return (unsigned)hash;
}
#define results_of(form) (chosen = (form), results())

#define FORM(name, ...) \
	static void form_##name(struct operands *operands) \
	{ \
		word a = operands->a, b = operands->b, c = operands->c, f = operands->f; \
		word *const x = operands->words; \
		unsigned char f8 = 0; \
		__VA_ARGS__; \
		(void)f8; \
		operands->a = a, operands->b = b, operands->c = c, operands->f = f; \
	}
#include "forms.inc"
#undef FORM

#endif
