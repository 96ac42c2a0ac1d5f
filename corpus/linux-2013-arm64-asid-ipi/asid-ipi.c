/* arm64's first ASID allocator interrupts all CPUs when ASIDs run out, so a switch with interrupts off has to put that off
 * until they are on. Who remembers that a switch is still to be made?
 *
 * Linux, arm64, 2013; the thread "s390/mm,tlb: race of lazy TLB flush vs. recreation of TLB entries". switch_mm() loads
 * the mm if its ASID is of the current generation. Else it cannot ask for a new one, as interrupts are off; it marks that,
 * and finish_arch_post_lock_switch() makes the switch when they are on. The mark was per task, and was to become per mm,
 * "cleared after all the IPIs have been acknowledged".
 *
 *      CPU 0                                        CPU 1
 *      switch_mm(M): old ASID, switch_pending = 1
 *      finish: pending; rollover, IPI   ----------> (still runs another mm) reset_context
 *                                                   switch_mm(M): old ASID still, switch_pending = 1
 *      M gets its ASID; switch_pending = 0; load M
 *                                                   finish: nothing pending: runs a thread of M on the other mm
 *
 * machine: arm64
 * cpus: 2
 * options: --memory sc
 * variant: flag-cleared-after-ipis   FAIL wrong-page-table
 * variant: flag-cleared-before-ipis  FAIL wrong-page-table
 * variant: unconditional-finish      PASS
 *
 * Two CPUs, each on an mm of its own at first, and each switches once to a thread of M, whose ASID is of an older generation,
 * and loads from M's page. The next ASID that is handed out is the first of a new generation. With --memory sc: stores
 * do not wait; the race needs none that does.
 *
 * What each variant must give, and why (written before the first run):
 *
 * flag-cleared-before-ipis: FAIL. Both CPUs have marked M; the first that comes to its finish hook clears the mark, and the
 *   second finds nothing to do.
 * flag-cleared-after-ipis: FAIL, as drawn: the other CPU has acknowledged before it marks M, and M has no new ASID yet.
 *   (That CPU would be right if it had been between switch_mm() and its finish hook when the interrupt came:
 *   reset_context() loads the mm of the task that is current then.)
 * unconditional-finish: the finish hook looks at no mark: it makes sure that M has an ASID of this generation, and loads
 *   it, always. PASS: what one CPU does to the mark is nothing to the other. The price is a second load where switch_mm()
 *   has made the switch, and that every caller of switch_mm() has to call the hook, too.
 */
#include <shootdown/arm64.h>

#define NR_CPUS 2
#define ASID_BITS 8
#define ASID_MASK ((1ul << ASID_BITS) - 1)
#define RESET_VECTOR 0x30u

#define VA 0x400000ul
#define PAGE_USER (PTE_VALID | PTE_TYPE_TABLE | PTE_USER | PTE_AF | PTE_NG | PTE_RDONLY)
#define TABLE_DESC (PTE_VALID | PTE_TYPE_TABLE)

struct mm_struct {
	unsigned long *pgd;
	unsigned long id;
	unsigned id_lock;
	unsigned switch_pending;
};

static unsigned long tables[3][3][512] __attribute__((aligned(4096)));
static unsigned long pages[3][512] __attribute__((aligned(4096)));
static struct mm_struct mms[3]; /* of CPU 0, of CPU 1, and M */
static struct mm_struct *active_mm[NR_CPUS];

static unsigned cpu_asid_lock;
static unsigned long cpu_last_asid;
static unsigned acknowledged;

static void spin_lock(unsigned *lock)
{
	while (__atomic_exchange_n(lock, 1u, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void spin_unlock(unsigned *lock)
{
	__atomic_store_n(lock, 0u, __ATOMIC_RELEASE);
}

static unsigned long read_once(unsigned long *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static int is_current(struct mm_struct *mm)
{
	return (read_once(&mm->id) ^ read_once(&cpu_last_asid)) >> ASID_BITS == 0;
}

static void cpu_switch_mm(struct mm_struct *mm)
{
	write_sysreg((unsigned long)mm->pgd | TTBR_ASID(read_once(&mm->id) & ASID_MASK), ttbr0_el1);
	isb();
}

/* Interrupts are off. Who runs the mm on another CPU may have given it its ASID. */
static void set_mm_context(struct mm_struct *mm, unsigned long asid)
{
	spin_lock(&mm->id_lock);
	if (!is_current(mm))
		__atomic_store_n(&mm->id, asid, __ATOMIC_RELAXED);
	spin_unlock(&mm->id_lock);
}

/* One CPU's part of a rollover: nothing of the old generation stays, and what it runs has an ASID of the new one. */
static void reset_context(void)
{
	unsigned cpu = sd_cpu_id();
	struct mm_struct *mm = active_mm[cpu];

	dsb(nshst);
	tlbi(VMALLE1, 0);
	dsb(nsh);
	isb();
	set_mm_context(mm, (read_once(&cpu_last_asid) & ~ASID_MASK) + 1 + cpu);
	cpu_switch_mm(mm);
	tlbi(VMALLE1, 0); /* what was walked in between */
	dsb(nsh);
	isb();
}

static void reset_interrupt(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	reset_context();
	__atomic_store_n(&acknowledged, 1u, __ATOMIC_RELEASE);
}

/* Interrupts are on. */
static void __new_context(struct mm_struct *mm)
{
	unsigned long asid;

	spin_lock(&cpu_asid_lock);
	if (!is_current(mm)) {
		asid = cpu_last_asid + 1;
		__atomic_store_n(&cpu_last_asid, asid, __ATOMIC_RELAXED);
		if ((asid & ASID_MASK) == 0) {
			__atomic_store_n(&acknowledged, 0u, __ATOMIC_RELAXED);
			dsb(ishst);
			sd_send_ipi(!sd_cpu_id(), RESET_VECTOR);
			while (!__atomic_load_n(&acknowledged, __ATOMIC_ACQUIRE))
				cpu_relax();
			__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
			reset_context();
			__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
			__atomic_store_n(&cpu_last_asid, asid + NR_CPUS, __ATOMIC_RELAXED);
		} else {
			__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
			set_mm_context(mm, asid);
			__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
		}
	}
	spin_unlock(&cpu_asid_lock);
}

/* Interrupts are off. */
static void switch_mm(struct mm_struct *next)
{
	if (is_current(next))
		cpu_switch_mm(next);
	else
		__atomic_store_n(&next->switch_pending, 1u, __ATOMIC_RELAXED);
}

/* Interrupts are on. */
static void finish_arch_post_lock_switch(struct mm_struct *mm)
{
	if (!VARIANT(unconditional_finish)) {
		if (!__atomic_load_n(&mm->switch_pending, __ATOMIC_RELAXED))
			return;
		if (VARIANT(flag_cleared_before_ipis))
			__atomic_store_n(&mm->switch_pending, 0u, __ATOMIC_RELAXED);
	}
	sd_cover("the switch is made in the finish hook");
	__new_context(mm);
	if (VARIANT(flag_cleared_after_ipis))
		__atomic_store_n(&mm->switch_pending, 0u, __ATOMIC_RELAXED);
	__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
	cpu_switch_mm(mm);
	__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
}

static void run(void *unused)
{
	unsigned cpu = sd_cpu_id();
	struct mm_struct *m = &mms[2];

	(void)unused;
	active_mm[cpu] = &mms[cpu];
	write_sysreg(1ul << 23, tcr_el1); /* no walks by TTBR1_EL1 */
	cpu_switch_mm(&mms[cpu]);
	write_sysreg(SCTLR_EL1_M, sctlr_el1);
	isb();
	__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	cpu_relax(); /* a task of the CPU's own mm */
	__sd_arm64_msr_daifset(ARM64_DAIFSET_I);
	switch_mm(m);
	active_mm[cpu] = m;
	sd_expect_root(sd_context_self(), (unsigned long)m->pgd);
	__sd_arm64_msr_daifclr(ARM64_DAIFSET_I);
	finish_arch_post_lock_switch(m);
	sd_assert(user_load(VA) == 2);
	sd_cover("a thread of M runs");
	sd_context_finish();
	for (;;)
		wfi();
}

SCENARIO
{
	unsigned n;

	for (n = 0; n < 3; n++) {
		unsigned long(*table)[512] = tables[n];

		mms[n].pgd = table[0];
		mms[n].id = (n == 2 ? 1ul : 2ul) << ASID_BITS | (n + 1);
		table[0][VA >> 30 & 511] = (unsigned long)table[1] | TABLE_DESC;
		table[1][VA >> 21 & 511] = (unsigned long)table[2] | TABLE_DESC;
		table[2][VA >> 12 & 511] = (unsigned long)pages[n] | PAGE_USER;
		pages[n][0] = n;
	}
	sd_name_root((unsigned long)mms[0].pgd, "mm0");
	sd_name_root((unsigned long)mms[1].pgd, "mm1");
	sd_name_root((unsigned long)mms[2].pgd, "M");
	cpu_last_asid = 2ul << ASID_BITS | ASID_MASK;
	active_mm[0] = &mms[0];
	active_mm[1] = &mms[1];
	sd_set_vector(RESET_VECTOR, reset_interrupt);
	sd_cpu_start(1, run, 0, "CPU 1");
	run(0);
}
