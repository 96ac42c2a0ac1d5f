// Waiting is no livelock: a lock that is spun on, an idle loop, a compare-and-exchange that is tried again.
//
// options: --property livelock
// variant: spin-lock  PASS
// variant: idle       PASS
// variant: cmpxchg    PASS
//
// Two contexts; the timer may switch to the other at any boundary, or never again: the scheduler is not fair. So each of
// these loops can go round for ever. Nobody faults in it for ever, so it is none of this property's.
// spin-lock: one context may be kept spinning while the other holds the lock. idle: one has nothing to do and halts.
// cmpxchg: the other context changes the word between the load and the exchange, again and again.
// Each also makes an access that faults first and is then completed.
#include "../machine/tables.h"

#define TIMER 0x20

static pte_t *root;
static unsigned contexts[2];
static unsigned long lock[8], word[8], turns[8];

static void page_fault(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	map(root, VA, frame(1), USER_PAGE);
}

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_context_switch(contexts[sd_context_self() == contexts[0]]);
}

static void locked_access(void)
{
	while (__atomic_exchange_n(lock, 1ul, __ATOMIC_ACQUIRE))
		pause();
	user_load(VA);
	__atomic_store_n(lock, 0ul, __ATOMIC_RELEASE);
}

static void exchange(void)
{
	unsigned long old = __atomic_load_n(word, __ATOMIC_RELAXED);

	while (!__atomic_compare_exchange_n(word, &old, (old + 1) % 4, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		pause();
}

static void run(void *other)
{
	sti();
	for (;;) {
		if (VARIANT(spin_lock)) {
			locked_access();
		} else if (VARIANT(cmpxchg)) {
			exchange();
			user_load(VA);
		} else if (other) {
			hlt();
		} else {
			user_load(VA);
		}
		sd_cover("a round");
	}
}

SCENARIO
{
	root = new_table();
	sd_set_vector(X86_TRAP_PF, page_fault);
	paging_on(root);
	contexts[0] = sd_context_create(run, 0, "one");
	contexts[1] = sd_context_create(run, turns, "two");
	sd_set_vector(TIMER, timer);
	sd_timer(TIMER);
	sd_context_finish();
	sd_context_switch(contexts[0]);
}
