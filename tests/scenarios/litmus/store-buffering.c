// SB: each CPU stores one word and loads the other's. Both loads may give 0 only if stores wait in a buffer.
//
// cpus: 2
// variant: plain   PASS  --memory tso
// variant: sc      PASS  --memory sc
// variant: mfence  PASS  --memory tso
// variant: lock    PASS  --memory tso
// variant: xchg    PASS  --memory tso
// variant: cr3     PASS  --memory tso
// variant: invlpg  PASS  --memory tso
// variant: invpcid PASS  --memory tso --cpu-features invpcid
// variant: iret    PASS  --memory tso
// variant: sfence  PASS  --memory tso
// variant: invlpgb PASS  --memory tso --cpu-features invlpgb
// variant: tlbsync PASS  --memory tso --cpu-features invlpgb
//
// plain: 00 is allowed under total store order (SDM 3, 8.2.3.4, loads may be reordered with earlier stores to another
//   place), with the three others. sfence orders stores among themselves only: the same.
// sc: 00 needs a load before a store of the same CPU: excluded.
// mfence, lock (a locked instruction between), xchg (the store itself), cr3 (MOV to CR3 is serialising): the store has
//   reached memory before the load: 00 is excluded (SDM 3, 8.2.3.9 and 8.3).
// invlpg, iret (the return from a handler): serialising as well (SDM 3, 8.3). invpcid: not in the manual's list; that it is
//   like the others is what kernels rely on. invlpgb, tlbsync: AMD's manual is not known to say that either waits for
//   stores: taken to be as plain as without.
#include "litmus.h"

#define VECTOR 0xf0

static unsigned long z[2 * 8];

static void handler(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
}

static inline void put(volatile unsigned long *word, unsigned cpu)
{
	if (VARIANT(xchg))
		__atomic_exchange_n(word, 1ul, __ATOMIC_SEQ_CST);
	else
		*word = 1;
	if (VARIANT(mfence))
		mfence();
	if (VARIANT(sfence))
		sfence();
	if (VARIANT(lock))
		__atomic_fetch_add(&z[8 * cpu], 1ul, __ATOMIC_SEQ_CST);
	if (VARIANT(cr3))
		mov_to_cr3(0);
	if (VARIANT(invlpg))
		invlpg(0);
	if (VARIANT(invpcid))
		invpcid(2, 0, 0);
	if (VARIANT(iret))
		int_n(VECTOR);
	if (VARIANT(invlpgb))
		invlpgb(0, 0, 0);
	if (VARIANT(tlbsync))
		tlbsync();
}

PART(1)
{
	put(&y, 1);
	r[1] = x;
}

static void judge(unsigned long seen)
{
	int allowed = 0;

	ALLOW(10)
	ALLOW(1)
	ALLOW(11)
	if (VARIANT(plain) || VARIANT(sfence) || VARIANT(invlpgb) || VARIANT(tlbsync))
		ALLOW(0)
	sd_assert(allowed);
}

SCENARIO
{
	sd_set_vector(VECTOR, handler);
	sd_cpu_start(1, start1, 0, "P1");
	put(&x, 0);
	r[0] = y;
	finish();
	WAIT_FOR(2);
	judge(10 * r[0] + r[1]);
}
