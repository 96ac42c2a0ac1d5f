// More address spaces than ASIDs: the allocator of arm64, whose fast path must not lose against two rollovers.
//
// Linux, arm64, since 2015 ("arm64: mm: rewrite ASID allocator and MM context-switching code"). ASIDs are handed out
// until there are none left; then a new generation begins, what the CPUs run is reserved, and each CPU is marked to flush
// its own TLB before it next loads something. A switch to an mm of the current generation takes no lock: it exchanges
// active_asids of its CPU. In 2018 the exchange became a compare-and-exchange ("arm64: asid: Do not replace active_asids
// if already 0").
//
//      CPU 0, runs M (1), switches to N (2)          CPU 1
//      N's generation is the current one
//                                                    rollover: active_asids[0]: 1 -> 0; reserved_asids[0] = 1
//                                                    2 is free, and goes to P
//      XCHG: active_asids[0] = 2, was 0:
//      so the slow path: waits for the lock
//                                                    rollover: active_asids[0]: 2 -> 0; reserved_asids[0] = 2
//                                                    1 is free, and goes to somebody, while CPU 0 still runs M with it
//
// machine: arm64
// cpus: 2
// options: --cpu-features asid2 --memory sc
// variant: cmpxchg        PASS                      -D SWITCHES0=1 -D SWITCHES1=3
// variant: cmpxchg        PASS                      -D SWITCHES0=1 -D SWITCHES1=3 -D NR_MMS=5
// variant: cmpxchg-linux  PASS                      -D SWITCHES0=1 -D SWITCHES1=3
// variant: xchg           FAIL foreign-translation  -D SWITCHES0=2 -D SWITCHES1=3
//
// Two CPUs, three user ASIDs (two bits; 0 is for nobody), which is one more than CPUs; four mms, or five, with one page
// each at the same address. At first three mms have the three ASIDs, CPU 0 runs one of them, and CPU 1 none. Each CPU
// then switches SWITCHES0 and SWITCHES1 times to any of the mms, which may run on the other CPU at the same time
// (threads), and after each switch loads from the page. Interrupts are off.
//
// The bounds that this reaches: one and three switches with four mms and with five; two rollovers and more. (Two and
// three switches with four mms, -D SWITCHES0=2 -D SWITCHES1=3, are 1,425,270 states without a violation.) Stores are in
// memory at once (--memory sc): with a store buffer that keeps no order, what is stored with the lock held leaves in any
// order, and one switch on each CPU was more than a million states without an end. The rest of the argument for that
// case: all words but the generation, an mm's context and active_asids are touched with the lock held only, and a
// store-release gives the lock back. A context that the fast path of another CPU finds has been computed from what the
// exchange of that CPU's active_asids returned, so it cannot be seen before that exchange.
//
// What each variant must give, and why (written before the first run):
//
// xchg: as drawn. CPU 0's TLB holds what it caches of M under ASID 1 until it has switched. It has been marked, and
//   flushes, but its root is still M's: it may walk it again, before the switch. When it then runs the mm that has 1 now,
//   or M's own translations go on under 1 with the new root, it uses M's page: FAIL, a translation of another address
//   space under the same ASID. Or N keeps 2 by its reservation, which P has as well.
// cmpxchg: tlb/arm64/asid.hpp. The compare fails if a rollover has put 0 there, and active_asids[0] stays 0 until the
//   lock is held: the second rollover finds 0, and takes the reservation over from the first. If the exchange comes before
//   the rollover, that finds 2 and reserves it, and N goes on in the old generation as what runs. PASS.
// cmpxchg-linux: the code of this file, which differs from xchg in that one instruction. PASS.
#include <shootdown/arm64.h>
#include <tlb/arm64/asid.hpp>

#define NR_CPUS 2
#ifndef NR_MMS
#define NR_MMS 4
#endif
#define ASID_BITS 2

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
		spin_unlock(&cpu_asid_lock);
	}
};

static shootdown::tlb::arm64::Asids<Kernel, NR_CPUS, ASID_BITS> asids;

// ---- the same in Linux's terms

#define ASID_FIRST_VERSION (1ul << ASID_BITS)
#define ASID_MASK (ASID_FIRST_VERSION - 1)
#define NUM_USER_ASIDS ASID_FIRST_VERSION

static unsigned long asid_generation;
static unsigned long asid_map; // one bit for each
static unsigned cur_idx = 1;
static unsigned long active_asids[NR_CPUS], reserved_asids[NR_CPUS];
static unsigned long tlb_flush_pending; // one bit for each CPU

static unsigned long read_once(unsigned long *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static bool asid_gen_match(unsigned long asid)
{
	return (asid ^ read_once(&asid_generation)) >> ASID_BITS == 0;
}

static void flush_context(void)
{
	asid_map = 0;
	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++) {
		unsigned long asid = __atomic_exchange_n(&active_asids[cpu], 0ul, __ATOMIC_RELAXED);

		if (asid == 0)
			asid = reserved_asids[cpu];
		asid_map |= 1ul << (asid & ASID_MASK);
		reserved_asids[cpu] = asid;
	}
	tlb_flush_pending = (1ul << NR_CPUS) - 1;
}

static bool check_update_reserved_asid(unsigned long asid, unsigned long newasid)
{
	bool hit = false;

	for (unsigned cpu = 0; cpu < NR_CPUS; cpu++)
		if (reserved_asids[cpu] == asid) {
			reserved_asids[cpu] = newasid;
			hit = true;
		}
	return hit;
}

static unsigned find_next_zero(unsigned from)
{
	while (from < NUM_USER_ASIDS && asid_map >> from & 1)
		from++;
	return from;
}

static unsigned long new_context(unsigned long asid)
{
	if (asid != 0) {
		unsigned long newasid = asid_generation | (asid & ASID_MASK);

		if (check_update_reserved_asid(asid, newasid))
			return newasid;
		if (!(asid_map >> (asid & ASID_MASK) & 1)) {
			asid_map |= 1ul << (asid & ASID_MASK);
			return newasid;
		}
	}
	unsigned idx = find_next_zero(cur_idx);
	if (idx == NUM_USER_ASIDS) {
		__atomic_store_n(&asid_generation, asid_generation + ASID_FIRST_VERSION, __ATOMIC_RELAXED);
		flush_context();
		idx = find_next_zero(1);
	}
	asid_map |= 1ul << idx;
	cur_idx = idx;
	return asid_generation | idx;
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

	if (VARIANT(xchg))
		fast = asid_gen_match(asid) && __atomic_exchange_n(&active_asids[cpu], asid, __ATOMIC_RELAXED) != 0;
	else
		fast = old_active != 0 && asid_gen_match(asid) &&
		       __atomic_compare_exchange_n(&active_asids[cpu], &old_active, asid, false, __ATOMIC_RELAXED,
						   __ATOMIC_RELAXED);
	if (!fast) {
		spin_lock(&cpu_asid_lock);
		asid = read_once(&mm->context_id);
		if (!asid_gen_match(asid)) {
			asid = new_context(asid);
			__atomic_store_n(&mm->context_id, asid, __ATOMIC_RELAXED);
		}
		if (tlb_flush_pending >> cpu & 1) {
			tlb_flush_pending &= ~(1ul << cpu);
			local_flush_tlb_all();
		}
		__atomic_store_n(&active_asids[cpu], asid, __ATOMIC_RELAXED);
		spin_unlock(&cpu_asid_lock);
	}
	write_sysreg((unsigned long)mm->pgd | TTBR_ASID(asid & ASID_MASK), ttbr0_el1);
	isb();
}

// ---- both CPUs

static unsigned long rollovers(void)
{
	unsigned long generation = VARIANT(cmpxchg) ? asids.generation() : read_once(&asid_generation);

	return (generation >> ASID_BITS) - 1;
}

static void switch_to(unsigned n)
{
	if (VARIANT(cmpxchg))
		asids.switch_to(mms[n]);
	else
		check_and_switch_context(&mms[n]);
}

// Of each CPU.
static void run(unsigned switches)
{
	while (switches-- != 0) {
		unsigned n = sd_choose(NR_MMS);

		switch_to(n);
		sd_expect_root(sd_context_self(), (unsigned long)mms[n].pgd);
		sd_assert(user_load(VA) == n);
	}
	switch (rollovers()) {
	case 0: break;
	case 1: break;
	default: sd_cover("two rollovers, or more"); break;
	}
	sd_context_finish();
	for (;;)
		wfi();
}

static void translation_on(void)
{
	write_sysreg(1ul << 23, tcr_el1); // no walks by TTBR1_EL1
	isb();
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
}

static void start_secondary(void *)
{
	write_sysreg((unsigned long)reserved_pg_dir, ttbr0_el1);
	translation_on();
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
	if (VARIANT(cmpxchg))
		asids.init(ASID_BITS);
	else
		asid_generation = ASID_FIRST_VERSION;
	for (unsigned n = 1; n < 1u << ASID_BITS; n++)
		switch_to(n);
	translation_on();
	sd_cpu_start(1, start_secondary, 0, "CPU 1");
	run(SWITCHES0);
}
