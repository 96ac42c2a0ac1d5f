// flush_all() called by an interrupt handler that has come between the two writes of CR4 of another flush_all().
//
// variant: library   PASS
// variant: no-test   FAIL revoked-translation
//
// library: the handler finds PGE off and reloads CR3. That is enough: with PGE off nothing is cached as global.
// no-test: the handler reads a CR4 without PGE, clears the bit, which changes nothing, and writes back what it read.
#define KIT_HAVE_TIMER_INTERRUPT
#include <kit/kernel.h>
#include <kit/tlb.hpp>

#define OLD 1ul
#define NEW 2ul

static unsigned long new_page;
static int remapped;

static void flush_all(void)
{
	if (VARIANT(library)) {
		LocalTlb::flush_all();
	} else {
		unsigned long cr4 = mov_from_cr4();

		mov_to_cr4(cr4 & ~X86_CR4_PGE);
		mov_to_cr4(cr4);
	}
}

static inline void timer_interrupt(unsigned long, unsigned long)
{
	unsigned long va = VMALLOC_PAGE(0);

	if (remapped)
		return;
	remapped = 1;
	set_pte(pte_offset(&init_mm, va), mk_pte(new_page, PAGE_KERNEL));
	if (!(mov_from_cr4() & X86_CR4_PGE))
		sd_cover("the handler has come between the writes of CR4");
	flush_all();
	sd_revoked_everywhere(__pa(init_mm.pgd), va);
	sd_assert(kernel_load(va) == NEW);
}

static void thread(void *)
{
	flush_all();
	kernel_load(VMALLOC_PAGE(0));
}

SCENARIO
{
	unsigned long page = get_zeroed_page();

	*(unsigned long *)__va(page) = OLD;
	map_kernel_page(VMALLOC_PAGE(0), page, PAGE_KERNEL);
	new_page = get_zeroed_page();
	*(unsigned long *)__va(new_page) = NEW;
	kthread_run(thread, NULL, "thread");
}
