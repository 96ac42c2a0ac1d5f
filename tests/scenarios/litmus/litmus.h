/* Store-buffer litmus tests: two to four CPUs with interrupts off, each running a few lines over shared words, and the
 * exact set of outcomes. An outcome that the model allows is a cover() point, which a PASS must have reached; any other
 * is a failed assertion. So PASS says: these outcomes and no others.
 */
#ifndef LITMUS_H
#define LITMUS_H

#include <shootdown/x86.h>

#define MAX_CPUS 4

/* Each on a cache line of its own, as far as the checker cares: words of 8 bytes. */
static volatile unsigned long x, y;
static volatile unsigned long r[MAX_CPUS];
static unsigned long arrived;
static unsigned long own[8 * MAX_CPUS];

static inline void finish(void)
{
	__atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
}

/* Between two accesses of CPU's part: what the variant is called after, or nothing. */
static inline void fence(unsigned cpu)
{
	(void)cpu;
	if (VARIANT(mfence))
		mfence();
	if (VARIANT(lock))
		__atomic_fetch_add(&own[8 * cpu], 1ul, __ATOMIC_SEQ_CST);
	if (VARIANT(cr3))
		mov_to_cr3(0);
}

#define WAIT_FOR(n)                                                 \
	do {                                                        \
		while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) != (n)) \
			pause();                                    \
	} while (0)

/* A CPU's part, run on a CPU other than 0. */
#define PART(n)                                     \
	static void part##n(void);                  \
	static void start##n(void *unused)          \
	{                                           \
		(void)unused;                       \
		part##n();                          \
		finish();                           \
		sd_context_finish();                \
		for (;;)                            \
			hlt();                      \
	}                                           \
	static void part##n(void)

/* Reads as one number: the registers r[0], r[1], ... as decimal digits. */
#define ALLOW(outcome)              \
	if (seen == (outcome)) {    \
		sd_cover(#outcome); \
		allowed = 1;        \
	}

#endif
