/* A store before SIGP (sd_send_ipi).
 *
 * machine: s390x
 * cpus: 2
 * variant: plain  PASS
 * variant: mask   PASS
 * variant: bcr    PASS
 *
 * SIGNAL PROCESSOR performs serialization before the order is sent (PoP, chapter 10, SIGNAL PROCESSOR; chapter 5, CPU
 * Serialization; from memory): the store is in memory when the other CPU takes the external interruption. plain: to one CPU;
 * mask: to each of a mask, which is one SIGP after the other. bcr: with BCR 15,0 first, which changes nothing.
 */
#include "tables.h"

#define VECTOR 40u

static volatile unsigned long request;
static unsigned long ready;
static volatile unsigned long taken;

static void handler(unsigned long code, unsigned long from_user)
{
	(void)code;
	(void)from_user;
	sd_assert(request == 1);
	taken = 1;
}

static void cpu1(void *unused)
{
	(void)unused;
	__atomic_store_n(&ready, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		;
	request = 1;
	if (VARIANT(bcr))
		bcr_serialize();
	if (VARIANT(mask))
		sd_send_ipi_mask(2, VECTOR);
	else
		sd_send_ipi(1, VECTOR);
	while (!taken)
		;
}
