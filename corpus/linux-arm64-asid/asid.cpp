// More address spaces than ASIDs: the allocator of arm64, whose fast path must not lose against two rollovers.
//
// Linux, arm64, since 2015 ("arm64: mm: rewrite ASID allocator and MM context-switching code"). ASIDs are handed out
// until there are none left; then a new generation begins, what the CPUs run is reserved, and each CPU is marked to flush
// its own TLB before it next loads something. A switch to an mm of the current generation takes no lock: it exchanges
// active_asids of its CPU. In 2018 the exchange became a compare-and-exchange ("arm64: asid: Do not replace active_asids
// if already 0").
//
// Two CPUs, three user ASIDs (two bits; 0 is for nobody), which is one more than CPUs; four mms, or five, with one page
// each at the same address. Three mms have the three ASIDs of generation 1: mm 1 has 1, mm 2 has 2 and runs on CPU 0,
// mm 3 has 3 and runs on CPU 1. What an unconditional exchange does, as generation.ASID:
//
//      CPU 0 switches from mm 2 to mm 1           CPU 1 switches from mm 3 to mm 0    active_asids   reserved_asids
//                                                                                     1.2  1.3       0    0
//      mm 1 has 1.1, the current generation
//                                                 no ASID is left: generation 2       0    0         1.2  1.3
//                                                 1 is free: mm 0 has 2.1             0    2.1       1.2  1.3
//      XCHG active_asids[0], was 0: so the
//      slow path, which waits for the lock                                            1.1  2.1       1.2  1.3
//   (a)
//      lock; 1.1 is old, 1 is mm 0's, no
//      ASID is left: generation 3                                                     0    0         1.1  2.1
//      2 is free: mm 1 has 3.2
//      flushes, and still runs mm 2 with 2
//      TTBR0_EL1 = mm 1, ASID 2
//   (b)
//                                                 to mm 4; no ASID is left:
//                                                   generation 3                      0    0         1.1  2.1
//                                                 2 is free: mm 4 has 3.2             0    3.2       1.1  2.1
//                                                 to mm 0; 2.1 is reserved: 3.1       0    3.1       1.1  3.1
//      lock; 1.1 is reserved: mm 1 has 3.1                                            3.1  3.1       3.1  3.1
//
// machine: arm64
// cpus: 2
// options: --cpu-features asid2
// variant: cmpxchg                 PASS                      --memory sc -D SWITCHES0=1 -D SWITCHES1=3
// variant: cmpxchg                 PASS                      --memory sc -D SWITCHES0=1 -D SWITCHES1=3 -D NR_MMS=5
// variant: cmpxchg-linux           PASS                      --memory sc -D SWITCHES0=2 -D SWITCHES1=3
// variant: cmpxchg-linux           PASS                      -D SWITCHES0=1 -D SWITCHES1=2
// variant: xchg                    FAIL foreign-translation  --memory sc
// variant: xchg                    FAIL foreign-translation
// variant: cmpxchg-contexts        PASS                      --memory sc -D SWITCHES0=1 -D SWITCHES1=3 -D NR_MMS=5
// variant: cmpxchg-linux-contexts  PASS                      --memory sc -D SWITCHES0=1 -D SWITCHES1=3 -D NR_MMS=5
// variant: xchg-contexts           FAIL assertion            --memory sc -D SWITCHES0=1 -D SWITCHES1=3 -D NR_MMS=5
// variant: xchg-contexts           PASS                      --memory sc -D SWITCHES0=2 -D SWITCHES1=3
//
// CPU 1 runs mm 3 when CPU 0 begins. Then each CPU switches SWITCHES0 and SWITCHES1 times (once) to any of the mms, which
// may run on the other CPU at the same time (threads), and after each switch loads from the page. Interrupts are off. In
// *-contexts nothing is loaded and translation stays off: they are about the numbers alone. Who is about to give the lock
// back asserts that no two mms have the same generation and ASID; only the holder of the lock gives an mm a context.
//
// The bounds that this reaches: where the processor's stores wait, in a buffer that keeps no order, one and two switches
// with four mms; where they are in memory at once (--memory sc), two and three with four mms, and one and three with five.
// Two rollovers and more in each case. The library stores one word after the other with the lock held, and each
// that waits multiplies the states: it has --memory sc only. cmpxchg-linux has what only the holder of the lock looks at in
// one word, read once and stored once: nobody sees the values in between, and Linux has it in plain variables, which a
// compiler may keep in registers as well. active_asids, the generation and the mm's context, which the fast path of another
// CPU reads, are stored where Linux stores them.
//
// What each variant must give, and why (written before the first run):
//
// xchg: (a). CPU 0's TLB has what it caches of mm 2 under ASID 2 until the switch. It has flushed, but may walk mm 2's
//   tables again before. Then mm 1 goes on under 2, and uses mm 2's page: FAIL, a translation of another address space
//   under the same ASID. No store has to wait for that, so it is so with --memory sc, too.
// xchg-contexts: (b), the case of 2018: two mms of the current generation have one ASID. FAIL with five mms. What it then
//   takes is a switch from mm 1 to mm 0 on one CPU, which flushes nothing. With four mms PASS: generation 3 begins when
//   somebody comes who has no ASID and finds none left. That is not mm 1, which would get a number that is not reserved;
//   not mm 0, which runs on CPU 1; and neither mm 2 nor mm 3, which keep their numbers in generation 2, as they ran at its
//   beginning. (If CPU 1 ran something else then, mm 3's number was free in generation 2, and somebody else has taken it.)
//   So it is a fifth. That further rollovers do not help is for the checker to say, within these bounds.
// cmpxchg, cmpxchg-contexts: tlb/arm64/asid.hpp. The compare fails if a rollover has put 0 there, and active_asids[0] stays
//   0 until the lock is held: the second rollover finds 0, and takes the reservation over from the first. If the exchange
//   comes before the rollover, that finds 1.1 and reserves it, and mm 1 goes on in the old generation as what runs. PASS.
//   Where stores wait: the exchange of a rollover is a read-modify-write, so while its 0 waits no other CPU's
//   exchange of that word begins; and what is stored with the lock held is in memory when another CPU has the lock.
// cmpxchg-linux, cmpxchg-linux-contexts: the code of this file, which differs from xchg in that one instruction. PASS.
#include <shootdown/arm64.h>
#include <tlb/arm64/asid.hpp>

#define NR_CPUS 2
#ifndef NR_MMS
#define NR_MMS 4
#endif
#ifndef SWITCHES0
#define SWITCHES0 1
#define SWITCHES1 1
#endif
#define ASID_BITS 2
#define LIBRARY (VARIANT(cmpxchg) || VARIANT(cmpxchg_contexts))
#define XCHG (VARIANT(xchg) || VARIANT(xchg_contexts))
#define CONTEXTS (VARIANT(cmpxchg_contexts) || VARIANT(cmpxchg_linux_contexts) || VARIANT(xchg_contexts))

#define VA 0x400000ul
#define PAGE_USER (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_AF | PTE_NG | PTE_RDONLY)
#define TABLE_DESC (PTE_VALID | PTE_TYPE_TABLE)

struct mm_struct {
	unsigned long *pgd;
	unsigned long context_id;
};

static unsigned long tables[NR_MMS][3][512] __attribute__((aligned(4096)));
static unsigned long pages[NR_MMS][512] __attribute__((aligned(4096)));
static unsigned long reserved_pg_dir[512] __attribute__((aligned(4096))); // without pages; ASID 0
static struct mm_struct mms[NR_MMS];

static unsigned cpu_asid_lock;

static void spin_lock(unsigned *lock)
{
	while (__atomic_exchange_n(lock, 1u, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void spin_unlock(unsigned *lock)
{
	__atomic_store_n(lock, 0u, __ATOMIC_RELEASE);
}

// The end of what changes contexts.
static void unlock_contexts(void)
{
	if (CONTEXTS) {
		unsigned long contexts[NR_MMS];
		bool unique = true;

#pragma unroll
		for (unsigned n = 0; n < NR_MMS; n++) {
			contexts[n] = __atomic_load_n(&mms[n].context_id, __ATOMIC_RELAXED);
#pragma unroll
			for (unsigned m = 0; m < n; m++)
				unique = unique & (contexts[n] == 0 || contexts[n] != contexts[m]);
		}
		sd_assert(unique);
	}
	spin_unlock(&cpu_asid_lock);
}

// ---- the library

struct Kernel {
	using AddressSpace = mm_struct;

	static inline unsigned long &context(mm_struct &mm) noexcept
	{
		return mm.context_id;
	}
	static inline unsigned long root(const mm_struct &mm) noexcept
	{
		return (unsigned long)mm.pgd;
	}
	static inline unsigned cpu() noexcept
	{
		return sd_cpu_id();
	}
	static inline unsigned cpus() noexcept
	{
		return NR_CPUS;
	}
	static inline void lock() noexcept
	{
		spin_lock(&cpu_asid_lock);
	}
	static inline void unlock() noexcept
	{
		unlock_contexts();
	}
};

static shootdown::tlb::arm64::Asids<Kernel, NR_CPUS, ASID_BITS> asids;

// ---- the same in Linux's terms

#define ASID_FIRST_VERSION (1ul << ASID_BITS)
#define ASID_MASK (ASID_FIRST_VERSION - 1)
#define NUM_USER_ASIDS ASID_FIRST_VERSION

static unsigned long asid_generation;
static unsigned long active_asids[NR_CPUS];

// What only the holder of the lock looks at: a word, which the functions below work on a copy of.
struct bookkeeping {
	unsigned char asid_map; // one bit for each
	unsigned char cur_idx;
	unsigned char reserved_asids[NR_CPUS]; // wide enough for 63 generations
	unsigned short tlb_flush_pending; // one bit for each CPU
	unsigned short unused;
};
// What a compiler makes one access of is aligned.
static_assert(NR_CPUS == 2 && sizeof(struct bookkeeping) == sizeof(unsigned long));
static unsigned long bookkeeping;

static unsigned long read_once(unsigned long *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static bool asid_gen_match(unsigned long asid)
{
	return (asid ^ read_once(&asid_generation)) >> ASID_BITS == 0;
}

static void flush_context(struct bookkeeping &held)
{
	held.asid_map = 0;
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++) {
		unsigned long asid = __atomic_exchange_n(&active_asids[cpu], 0ul, __ATOMIC_RELAXED);

		if (asid == 0)
			asid = held.reserved_asids[cpu];
		held.asid_map |= 1u << (asid & ASID_MASK);
		held.reserved_asids[cpu] = asid;
	}
	held.tlb_flush_pending = (1u << NR_CPUS) - 1;
}

static bool check_update_reserved_asid(struct bookkeeping &held, unsigned long asid, unsigned long newasid)
{
	bool hit = false;

	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		if (held.reserved_asids[cpu] == asid) {
			held.reserved_asids[cpu] = newasid;
			hit = true;
		}
	return hit;
}

static unsigned find_next_zero(const struct bookkeeping &held, unsigned from)
{
	while (from < NUM_USER_ASIDS && held.asid_map >> from & 1)
		from++;
	return from;
}

static unsigned long new_context(struct bookkeeping &held, unsigned long asid)
{
	unsigned long generation = read_once(&asid_generation);

	if (asid != 0) {
		unsigned long newasid = generation | (asid & ASID_MASK);

		if (check_update_reserved_asid(held, asid, newasid))
			return newasid;
		if (!(held.asid_map >> (asid & ASID_MASK) & 1)) {
			held.asid_map |= 1u << (asid & ASID_MASK);
			return newasid;
		}
	}
	unsigned idx = find_next_zero(held, held.cur_idx);
	if (idx == NUM_USER_ASIDS) {
		generation += ASID_FIRST_VERSION;
		__atomic_store_n(&asid_generation, generation, __ATOMIC_RELAXED);
		flush_context(held);
		idx = find_next_zero(held, 1);
	}
	held.asid_map |= 1u << idx;
	held.cur_idx = idx;
	return generation | idx;
}

static void local_flush_tlb_all(void)
{
	dsb(nshst);
	tlbi(VMALLE1, 0);
	dsb(nsh);
	isb();
}

static void check_and_switch_context(struct mm_struct *mm)
{
	unsigned cpu = sd_cpu_id();
	unsigned long asid = read_once(&mm->context_id), old_active = read_once(&active_asids[cpu]);
	bool fast;

	if (XCHG)
		fast = asid_gen_match(asid) && __atomic_exchange_n(&active_asids[cpu], asid, __ATOMIC_RELAXED) != 0;
	else
		fast = old_active != 0 && asid_gen_match(asid) &&
		       __atomic_compare_exchange_n(&active_asids[cpu], &old_active, asid, false, __ATOMIC_RELAXED,
						   __ATOMIC_RELAXED);
	if (!fast) {
		spin_lock(&cpu_asid_lock);
		struct bookkeeping held = __builtin_bit_cast(struct bookkeeping, read_once(&bookkeeping));
		asid = read_once(&mm->context_id);
		if (!asid_gen_match(asid)) {
			asid = new_context(held, asid);
			__atomic_store_n(&mm->context_id, asid, __ATOMIC_RELAXED);
		}
		if (held.tlb_flush_pending >> cpu & 1) {
			held.tlb_flush_pending &= ~(1u << cpu);
			local_flush_tlb_all();
		}
		__atomic_store_n(&active_asids[cpu], asid, __ATOMIC_RELAXED);
		__atomic_store_n(&bookkeeping, __builtin_bit_cast(unsigned long, held), __ATOMIC_RELAXED);
		unlock_contexts();
	}
	write_sysreg((unsigned long)mm->pgd | TTBR_ASID(asid & ASID_MASK), ttbr0_el1);
	isb();
}

// ---- both CPUs

static unsigned long rollovers(void)
{
	unsigned long generation = LIBRARY ? asids.generation() : read_once(&asid_generation);

	return (generation >> ASID_BITS) - 1;
}

static void switch_to(unsigned n)
{
	sd_operation_begin("switch");
	if (LIBRARY)
		asids.switch_to(mms[n]);
	else
		check_and_switch_context(&mms[n]);
	sd_operation_end("switch");
}

// Of each CPU.
static void run(unsigned switches)
{
	while (switches-- != 0) {
		unsigned n = sd_choose(NR_MMS);

		switch_to(n);
		if (CONTEXTS)
			continue;
		sd_expect_root(sd_context_self(), (unsigned long)mms[n].pgd);
		sd_assert(user_load(VA) == n);
	}
	if (rollovers() > 1)
		sd_cover("two rollovers, or more");
	sd_context_finish();
	for (;;)
		wfi();
}

static unsigned started; // CPU 1 runs mm 3

static void translation_on(void)
{
	if (CONTEXTS)
		return;
	dsb(ishst); // the tables, for walks
	write_sysreg(1ul << 23, tcr_el1); // no walks by TTBR1_EL1
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

static void start_secondary(void *)
{
	write_sysreg((unsigned long)reserved_pg_dir, ttbr0_el1);
	translation_on();
	switch_to(3);
	__atomic_store_n(&started, 1u, __ATOMIC_RELEASE);
	run(SWITCHES1);
}

SCENARIO
{
	for (unsigned n = 0; n < NR_MMS; n++) {
		unsigned long(*table)[512] = tables[n];

		mms[n].pgd = table[0];
		table[0][VA >> 30 & 511] = (unsigned long)table[1] | TABLE_DESC;
		table[1][VA >> 21 & 511] = (unsigned long)table[2] | TABLE_DESC;
		table[2][VA >> 12 & 511] = (unsigned long)pages[n] | PAGE_USER;
		pages[n][0] = n;
	}
	if (LIBRARY) {
		asids.init(ASID_BITS);
	} else {
		asid_generation = ASID_FIRST_VERSION;
		__atomic_store_n(&bookkeeping, __builtin_bit_cast(unsigned long, (struct bookkeeping){0, 1, {}, 0, 0}), __ATOMIC_RELAXED);
	}
	for (unsigned n = 1; n < 1u << ASID_BITS; n++)
		switch_to(n);
	switch_to(2);
	translation_on();
	sd_cpu_start(1, start_secondary, 0, "CPU 1");
	while (!__atomic_load_n(&started, __ATOMIC_ACQUIRE))
		cpu_relax();
	run(SWITCHES0);
}
