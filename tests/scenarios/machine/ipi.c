// Interprocessor interrupts: to oneself, to several by mask, non-maskable.
//
// machine: x86-64, i386
// cpus: 4
// variant: self           PASS
// variant: self-late      FAIL assertion
// variant: self-masked    PASS
// variant: mask           PASS
// variant: mask-self      PASS
// variant: once           PASS
// variant: fixed-masked   FAIL deadlock
// variant: nmi            PASS
// variant: nmi-nested     PASS
// variant: nmi-twice      PASS
//
// self: a CPU that sends itself one takes it, though perhaps not at the next boundary (self-late), and not before IF is 1
// (self-masked).
// mask: CPUs 1 and 2 are in the mask; both take it, CPUs 0 and 3 do not. mask-self: the sender is in it too.
// once: CPU 1 is sent two of one vector with IF = 0, and takes one.
// fixed-masked: CPU 1 keeps IF = 0 and waits; the sender waits for its handler. nmi: an NMI gets through.
// nmi-nested: one that comes during an NMI's handler waits for the handler's end. nmi-twice: of two sent one may be lost,
// since one is pending at most, or both are taken.
#include <shootdown/x86.h>

#define VECTOR 0xf0u
#define ALONE (VARIANT(self) || VARIANT(self_late) || VARIANT(self_masked))
#define NMI (VARIANT(nmi) || VARIANT(nmi_nested) || VARIANT(nmi_twice))

static unsigned long taken[4 * 8], ready, sent;
static unsigned depth;

static unsigned long times(unsigned cpu)
{
	return __atomic_load_n(&taken[8 * cpu], __ATOMIC_RELAXED);
}

static void handler(unsigned long error_code, unsigned long from_user)
{
	unsigned long *own = &taken[8 * sd_cpu_id()];

	(void)error_code;
	(void)from_user;
	if (VARIANT(nmi_nested)) {
		depth++;
		sd_assert(depth == 1);
		mov_from_cr0();
		depth--;
	}
	__atomic_fetch_add(own, 1ul, __ATOMIC_SEQ_CST);
}

static void stop(void)
{
	sd_context_finish();
	for (;;)
		hlt();
}

static void target(void *unused)
{
	(void)unused;
	__atomic_fetch_add(&ready, 1ul, __ATOMIC_SEQ_CST);
	if (VARIANT(once)) {
		while (!__atomic_load_n(&sent, __ATOMIC_RELAXED))
			pause();
		sti();
	} else if (VARIANT(fixed_masked) || VARIANT(nmi)) {
		while (!__atomic_load_n(&sent, __ATOMIC_RELAXED))
			pause();
	} else if (!NMI) {
		sti();
	}
	stop();
}

static void start(unsigned cpus)
{
	for (unsigned cpu = 1; cpu <= cpus; cpu++)
		sd_cpu_start(cpu, target, 0, "target");
	while (__atomic_load_n(&ready, __ATOMIC_RELAXED) != cpus)
		pause();
}

static void self(void)
{
	if (!VARIANT(self_masked))
		sti();
	sd_send_ipi(0, VECTOR);
	if (VARIANT(self_late))
		sd_assert(times(0) == 1);
	if (VARIANT(self_masked)) {
		mov_from_cr0();
		sd_assert(times(0) == 0);
		sti();
	}
	while (times(0) == 0)
		pause();
	sd_assert(times(0) == 1);
}

static void mask(void)
{
	start(3);
	sd_send_ipi_mask(0x6ul, VECTOR);
	while (times(1) == 0 || times(2) == 0)
		pause();
	sd_assert(times(0) == 0 && times(1) == 1 && times(2) == 1 && times(3) == 0);
}

static void mask_self(void)
{
	start(1);
	sti();
	sd_send_ipi_mask(0x3ul, VECTOR);
	while (times(0) == 0 || times(1) == 0)
		pause();
	sd_assert(times(0) == 1 && times(1) == 1);
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_set_vector(X86_TRAP_NMI, handler);
	if (ALONE) {
		self();
	} else if (VARIANT(mask)) {
		mask();
	} else if (VARIANT(mask_self)) {
		mask_self();
	} else if (VARIANT(once)) {
		start(1);
		sd_send_ipi(1, VECTOR);
		sd_send_ipi(1, VECTOR);
		__atomic_store_n(&sent, 1ul, __ATOMIC_RELAXED);
		while (times(1) == 0)
			pause();
		sd_assert(times(1) == 1);
	} else {
		start(1);
		if (VARIANT(fixed_masked))
			sd_send_ipi(1, VECTOR);
		else
			sd_send_nmi(1);
		if (VARIANT(nmi_nested) || VARIANT(nmi_twice))
			sd_send_nmi(1);
		while (times(1) == 0)
			pause();
		__atomic_store_n(&sent, 1ul, __ATOMIC_RELAXED);
		if (VARIANT(nmi_twice)) {
			if (times(1) == 2)
				sd_cover("both are taken");
			else
				sd_cover("one is taken so far");
		}
		sd_assert(times(1) <= (VARIANT(nmi_nested) || VARIANT(nmi_twice) ? 2 : 1));
	}
	stop();
}
